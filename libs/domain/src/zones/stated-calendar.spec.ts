import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import {
  agreementYear,
  localTimeText,
  naturalDay,
  naturalMonth,
  oneYearLater,
} from '../../../../test/support/runtime-calendar.ts';
import { decodeEvent, localDate, restateZone, runtimeZones, sayTheSame, type ZoneFacts } from '../index.ts';
import { AccountCalendar } from './account-calendar.ts';
import { zoneFacts } from './zone-check.ts';

const dayMs = 86_400_000;
const yearMs = 366 * dayMs;
const zones = runtimeZones(process.versions.tz);

/** Zones that were put forward or back at midnight, left a day out, changed twice in Ramadan, or by half an hour. */
const names = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Beirut',
  'America/Havana',
  'Pacific/Apia',
  'Asia/Dhaka',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/St_Johns',
  'Asia/Amman',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'UTC',
];

/** From 1992 on, thirteen years each. */
const starts = Array.from({ length: 9 }, (_, index) => Date.UTC(1992 + 5 * index, index, 3));

const facts = new Map(
  names.flatMap((name) =>
    starts.map((from) => [`${name} ${String(from)}`, zones.facts(name, from, from + 13 * yearMs)]),
  ),
);

const stated = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom(...starts))
  .map(([name, from]) => ({ name, zone: facts.get(`${name} ${String(from)}`) as ZoneFacts }));

/** Instants in what is stated: anywhere, at its changes, and at the local midnights around them. */
const scene = fc
  .tuple(stated, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), fc.integer({ min: -90_000, max: 90_000 }))
  .map(([{ name, zone }, part, place, seconds]) => {
    const first = zone.from + yearMs + dayMs;
    const last = zone.until - 2 * yearMs;
    const changes = zone.changes.filter(({ at }) => first + 2 * dayMs < at && at < last - 2 * dayMs);
    const change = changes[place % Math.max(1, changes.length)];
    const anywhere = Math.floor(first + part * (last - first));
    return { name, zone, at: change === undefined || place % 3 === 0 ? anywhere : change.at + seconds * 1_000 };
  });

describe('a calendar by what is stated of a time zone', () => {
  it('has the days, months, years and local times that the runtime works out from its database', () => {
    const starting = fc.constantFrom('1990-02-28', '1988-02-29', '1991-10-18', '1980-12-30');
    fc.assert(
      fc.property(scene, starting, ({ name, zone, at }, start) => {
        const calendar = new AccountCalendar(name, start, zone);
        expect(calendar.findDay(at)).toEqual(naturalDay(name, at));
        expect(calendar.findMonth(at)).toEqual(naturalMonth(name, at));
        expect(calendar.findYear(at)).toEqual(agreementYear(name, start, at));
        expect(calendar.yearLater(at)).toBe(oneYearLater(name, at));
        expect(calendar.findDate(at)).toBe(localDate(name, at));
        expect(calendar.timeText(at)).toBe(localTimeText(name, at));
      }),
      { numRuns: 1_500 },
    );
  });

  it('counts the first agreement year from its start, also for what came before', () => {
    const at = Date.UTC(2026, 0, 29);
    const zone = zones.facts('Asia/Shanghai', at - 2 * yearMs, at + yearMs);
    expect(new AccountCalendar('Asia/Shanghai', '2026-03-01', zone).findYear(at)).toEqual(
      agreementYear('Asia/Shanghai', '2026-03-01', at),
    );
  });

  it('finds a change at the very millisecond, and each of them', () => {
    const { changes } = zones.facts('Europe/Berlin', Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1));
    expect(changes).toEqual([
      { at: Date.UTC(2026, 2, 29, 1), offsetMs: 7_200_000 },
      { at: Date.UTC(2026, 9, 25, 1), offsetMs: 3_600_000 },
      { at: Date.UTC(2027, 2, 28, 1), offsetMs: 7_200_000 },
      { at: Date.UTC(2027, 9, 31, 1), offsetMs: 3_600_000 },
    ]);
  });
});

describe('what is stated of a time zone again', () => {
  const at = Date.UTC(2026, 5, 15, 12);
  const before = zones.facts('Europe/Berlin', at - 400 * dayMs, at + 9 * yearMs);

  it('replaces what is ahead, and nothing of what was', () => {
    const restated = { version: '2099a', from: at + 1, until: at + 10 * yearMs, offsetMs: 3_600_000, changes: [] };
    const both = restateZone(before, restated);
    expect(sayTheSame(both, before, before.from, at)).toBe(true);
    expect(sayTheSame(both, restated, at + 1, restated.until)).toBe(true);
    expect(both).toMatchObject({ version: '2099a', from: before.from, until: restated.until });
  });

  it('leaves every day that has begun where it began, whatever the clocks do from then on', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: -26 * 3_600, max: 26 * 3_600 }), ({ name, zone, at: now }, seconds) => {
        const restated = { version: '2099a', from: now + 1, until: zone.until, offsetMs: seconds * 1_000, changes: [] };
        const [was, is] = [zone, restateZone(zone, restated)].map(
          (one) => new AccountCalendar(name, '1990-02-28', one),
        );
        for (const earlier of [now, now - 3_600_000, now - dayMs, now - 40 * dayMs]) {
          const [dayWas, dayIs] = [was?.findDay(earlier), is?.findDay(earlier)];
          expect([dayIs?.name, dayIs?.from]).toEqual([dayWas?.name, dayWas?.from]);
          if ((dayWas?.until ?? 0) <= now) expect(dayIs).toEqual(dayWas);
          expect(is?.findMonth(earlier).name).toBe(was?.findMonth(earlier).name);
          expect(is?.findYear(earlier).name).toBe(was?.findYear(earlier).name);
        }
        const [today, next] = [is?.findDay(now), is?.findDay(is.findDay(now).until)];
        expect(next?.from).toBe(today?.until);
        expect((next?.name ?? '') > (today?.name ?? '')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is stated of a time zone', () => {
  const zone = { version: '2025c', from: 0, until: 10 * dayMs, offsetMs: 0, changes: [{ at: dayMs, offsetMs: 1 }] };
  const [hours26, changesMax] = [26 * 3_600_000, 99];

  it.each<[string, object, boolean]>([
    ['as it should be', zone, true],
    ['without a change', { ...zone, changes: [] }, true],
    ['26 hours ahead', { ...zone, offsetMs: hours26 }, true],
    ['farther ahead', { ...zone, offsetMs: hours26 + 1 }, false],
    ['26 hours behind', { ...zone, changes: [{ at: 1, offsetMs: -hours26 }] }, true],
    ['farther behind', { ...zone, changes: [{ at: 1, offsetMs: -hours26 - 1 }] }, false],
    ['a part of a millisecond ahead', { ...zone, offsetMs: 0.5 }, false],
    ['with a change where it begins', { ...zone, changes: [{ at: 0, offsetMs: 1 }] }, false],
    ['with a change where it ends', { ...zone, changes: [{ at: 10 * dayMs, offsetMs: 1 }] }, false],
    ['with two changes at once', { ...zone, changes: [zone.changes[0], zone.changes[0]] }, false],
    [
      'turned round',
      {
        ...zone,
        changes: [
          { at: 2, offsetMs: 1 },
          { at: 1, offsetMs: 0 },
        ],
      },
      false,
    ],
    ['of no time', { ...zone, until: 0, changes: [] }, false],
    ['of eleven years and a month', { ...zone, until: 4_053 * dayMs }, true],
    ['of longer', { ...zone, until: 4_053 * dayMs + 1 }, false],
    ['with 99 changes', { ...zone, changes: many(changesMax) }, true],
    ['with more', { ...zone, changes: many(changesMax + 1) }, false],
    ['of a version of 17 characters', { ...zone, version: '0'.repeat(17) }, false],
    ['with a field more', { ...zone, name: 'UTC' }, false],
  ])('%s is read, or is no event', (_, data, isRead) => {
    expect(zoneFacts(data)).toBe(isRead);
    const read = (): unknown => decodeEvent('zone-noted.v1', JSON.stringify({ at: 1, zone: data }));
    if (isRead) expect(read()).toMatchObject({ data: { zone: data } });
    if (!isRead) expect(read).toThrow(/the field zone is not valid/);
  });

  function many(count: number): object[] {
    return Array.from({ length: count }, (_, index) => ({ at: index + 1, offsetMs: index }));
  }
});
