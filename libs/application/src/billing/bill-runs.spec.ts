import { describe, expect, it } from '@jest/globals';
import type { AccountRow, BillIssuer, ReadModels } from '#application';
import { type AccountOpened, dateAfter, dayOfDate } from '#domain';
import { HandClock } from '../../../../test/support/replica.ts';
import { billingHour, billRoundEveryMs, BillRuns, type BillRunsParts } from './bill-runs.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Whole hours apart and not, with summer time and without, some of which begins at midnight, or is half an hour. */
const timeZones = [
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
];

/** The clocks are changed on these days in one of the zones or another; and a day of nothing. */
const dates = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-09-06', '2026-10-25', '2026-11-01', '2026-07-01'];

/** Who is billed when, in rounds so far apart as those of the service. */
async function billedIn(from: number, until: number): Promise<ReadonlyMap<string, number>> {
  const rows = timeZones.map(
    (timeZone) => ({ opened: { accountId: timeZone, timeZone } as AccountOpened }) as AccountRow,
  );
  const clock = new HandClock(from);
  const billed = new Map<string, number>();
  const issueUpTo = (accountId: string, date: string): Promise<number> => {
    billed.set(`${accountId} ${date}`, clock.time);
    return Promise.resolve(1);
  };
  const parts: BillRunsParts = {
    readModels: { accounts: () => rows } as unknown as ReadModels,
    issuer: { issueUpTo } as unknown as BillIssuer,
    clock,
    failed: (accountId, cause) => {
      throw new Error(`${accountId} could not be billed`, { cause });
    },
    finished: () => undefined,
  };
  const runs = new BillRuns(parts);
  for (; clock.time < until; clock.time += billRoundEveryMs) await runs.round();
  return billed;
}

describe('the daily run of bills', () => {
  it.each(dates)(
    'has begun with every account between 10:00 and 10:05 of the day after, around %s',
    async (changed) => {
      const date = dateAfter(changed, -1);
      // A service that was started at some minute of its own.
      const begun = dayOfDate('Pacific/Kiritimati', date).from + 3 * minute + 1;
      const billed = await billedIn(begun, begun + 84 * hour);
      for (const timeZone of timeZones) {
        for (const day of [date, changed]) {
          const ten = tenOClock(timeZone, dateAfter(day, 1));
          const at = billed.get(`${timeZone} ${day}`) ?? 0;
          expect([timeZone, day, at >= ten, at < ten + billRoundEveryMs]).toEqual([timeZone, day, true, true]);
        }
      }
    },
  );
});

describe('an account that cannot be billed', () => {
  it('holds up no other, be it that its time zone is unknown to this machine', async () => {
    const rows = ['Asia/Nowhere', 'Asia/Shanghai'].map(
      (timeZone) => ({ opened: { accountId: timeZone, timeZone } as AccountOpened }) as AccountRow,
    );
    const billed: string[] = [];
    const failed: string[] = [];
    const runs = new BillRuns({
      readModels: { accounts: () => rows } as unknown as ReadModels,
      issuer: {
        issueUpTo: (accountId: string) => {
          billed.push(accountId);
          return Promise.resolve(1);
        },
      } as unknown as BillIssuer,
      clock: new HandClock(Date.UTC(2026, 0, 29)),
      failed: (accountId) => failed.push(accountId),
      finished: () => undefined,
    });
    expect(await runs.round()).toMatchObject({ done: true, bills: 1, failed: 1 });
    expect([billed, failed]).toEqual([['Asia/Shanghai'], ['Asia/Nowhere']]);
  });
});

describe('a run up to a date that is asked for', () => {
  /** Runs that do not end before they are told to. */
  function waiting(): { readonly runs: BillRuns; readonly read: string[]; readonly end: () => void } {
    const read: string[] = [];
    let end = (): void => undefined;
    const ended = new Promise<number>((resolve) => {
      end = () => {
        resolve(0);
      };
    });
    const opened = { accountId: 'acme', timeZone: 'Asia/Shanghai', at: Date.UTC(2026, 0, 29) } as AccountOpened;
    const issueUpTo = (accountId: string, date: string): Promise<number> => {
      read.push(`${accountId} ${date}`);
      return ended;
    };
    const runs = new BillRuns({
      readModels: { accounts: () => [{ opened }] } as unknown as ReadModels,
      issuer: { issueUpTo } as unknown as BillIssuer,
      clock: new HandClock(Date.UTC(2026, 2, 1, 12)),
      failed: () => undefined,
      finished: () => undefined,
    });
    return { runs, read, end };
  }
  const cause = { actor: 'k', correlationId: 'c' };

  it('goes no further than the last day that there is anywhere, so that all of these are one run', async () => {
    const { runs, read, end } = waiting();
    const all = ['2026-03-02', '2026-03-03', '2199-12-31', '9999-12-31'].map((date) => runs.upTo(date, [], cause));
    end();
    await Promise.all(all.map((run) => run.end));
    expect(read).toEqual(['acme 2026-03-02']);
  });

  it('reads no account that was opened later', async () => {
    const { runs, read, end } = waiting();
    end();
    for (const date of ['0001-01-01', '2026-01-26']) await runs.upTo(date, [], cause).end;
    expect(read).toEqual([]);
    await runs.upTo('2026-01-29', [], cause).end;
    expect(read).toEqual(['acme 2026-01-29']);
  });

  it('is turned away while four others are under way', async () => {
    const { runs, end } = waiting();
    const dates = ['2026-02-01', '2026-02-02', '2026-02-03', '2026-02-04'];
    const all = dates.map((date) => runs.upTo(date, [], cause));
    expect(() => runs.upTo('2026-02-05', [], cause)).toThrow('overloaded');
    expect(runs.upTo('2026-02-04', [], cause)).toBe(all[3]);
    end();
    await Promise.all(all.map((run) => run.end));
    await runs.upTo('2026-02-05', [], cause).end;
  });
});

/** The first instant of a local date at which its clocks show ten or more, told without the code under test. */
function tenOClock(timeZone: string, date: string): number {
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  let at = dayOfDate(timeZone, date).from;
  while (Number(shown.format(at)) < billingHour) at += minute;
  return at;
}
