import { describe, expect, it } from '@jest/globals';
import { AccountAudit, type AccountEvent, fold, PriceBookCatalog, writeSnapshot } from '#domain';
import { type AccountDriver, opened, said, start, testBooks } from '../../../../test/support/account-driver.ts';
import { laterZones, testZones } from '../../../../test/support/zones.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** `2026-01-29 12:00` in Shanghai is {@link start}. */
const shanghai = (text: string): number => Date.parse(`${text}+08:00`);

/** Newer rules: from 1 February 2026, noon in Shanghai, its clocks are an hour ahead of what they were to be. */
const february = shanghai('2026-02-01T12:00');
const newer = laterZones('2098a', february, hourMs);

function violations(events: readonly AccountEvent[]): readonly string[] {
  const used = new Set<string>();
  const ids = { use: (key: string) => used.size < used.add(key).size, has: (key: string) => used.has(key) };
  const audit = new AccountAudit('acme', ids, new PriceBookCatalog(testBooks));
  const found = events.flatMap((event, revision) => audit.follow(event, revision));
  return [...found, ...audit.finish()].map(({ kind, detail }) => `${kind}: ${detail}`);
}

const noted = ({ events }: AccountDriver): number[] =>
  events.flatMap(({ type }, revision) => (type === 'zone-noted.v1' ? [revision] : []));

describe('what is stated of an account’s time zone', () => {
  it('is not stated again while the database says the same about time ahead, be it newer', () => {
    const account = opened();
    account.zones = laterZones('2098a', start + 30 * 366 * dayMs, hourMs);
    account.freeze('h1', { amount: '1' });
    account.now += 5 * 365 * dayMs;
    account.deposit('d1', '1');
    expect(noted(account)).toEqual([]);
  });

  it('is stated again with the first decision that a newer database is asked for, and counts from then on', () => {
    const account = opened();
    const tomorrow = account.state.calendar?.findDay(february).until;
    expect(tomorrow).toBe(shanghai('2026-02-02T00:00'));
    account.zones = newer;
    expect(said(account.freeze('h1', { amount: '1' }))).toBe('accepted');
    expect(account.events.slice(2).map(({ type }) => type)).toEqual(['zone-noted.v1', 'funds-frozen.v1']);
    expect(account.events[2]?.data).toMatchObject({
      at: start,
      zone: { version: '2098a', from: start + 1, changes: [{ at: february, offsetMs: 9 * hourMs }] },
    });
    expect(account.state.calendar?.findDay(february).until).toBe(shanghai('2026-02-01T23:00'));
    account.freeze('h2', { amount: '1' });
    expect(noted(account)).toEqual([2]);
    expect(violations(account.events)).toEqual([]);
  });

  it('is the same whatever newer database a reader has, until it is noted', () => {
    const account = opened();
    account.zones = newer;
    account.now = shanghai('2026-02-01T23:30');
    // By the newer rules that is 00:30 of the next day; the history says otherwise.
    expect(account.state.calendar?.findDate(account.now)).toBe('2026-02-01');
    expect(fold(account.events).calendar?.findDate(account.now)).toBe('2026-02-01');
  });

  it('is not stated by an older database, which has not the last word', () => {
    const account = opened();
    account.zones = newer;
    account.deposit('d1', '1');
    account.zones = testZones;
    account.deposit('d2', '1');
    account.now += 9 * 365 * dayMs;
    account.deposit('d3', '1');
    expect(noted(account)).toEqual([2]);
  });

  it('is never what could not be read back: the account goes on by what is stated', () => {
    const account = opened();
    account.zones = laterZones('2098a', february, 19 * hourMs);
    expect(said(account.deposit('d1', '1'))).toBe('accepted');
    expect(noted(account)).toEqual([]);
  });

  it('is stated again when less than 2 years are left', () => {
    const account = opened();
    account.now = start + (3_653 - 731) * dayMs;
    account.deposit('d1', '1');
    expect(noted(account)).toEqual([]);
    account.now += 1;
    account.deposit('d2', '1');
    expect(noted(account)).toEqual([3]);
    expect(account.state.calendar?.zone.until).toBe(account.now + 3_653 * dayMs);
    expect(violations(account.events)).toEqual([]);
  });

  it.each([
    ['is refused', (account: AccountDriver) => account.withdraw('w1', '1000'), 'insufficient_available_balance'],
    ['was carried out before', (account: AccountDriver) => account.deposit('d0', '100'), 'replayed'],
    ['is malformed', (account: AccountDriver) => account.deposit('', '100'), 'invalid_request depositId'],
    ['changes nothing', (account: AccountDriver) => account.expireDue(), 'accepted'],
  ])('is not written for a command that %s', (_, send, answer) => {
    const account = opened();
    account.zones = newer;
    const before = writeSnapshot(account.state);
    expect(said(send(account))).toBe(answer);
    expect(noted(account)).toEqual([]);
    expect(writeSnapshot(account.state)).toBe(before);
  });

  it('is what a refused command was decided by all the same', () => {
    const account = opened('100', { limits: { openHolds: null, frozen: null, dailySpend: null } });
    account.now = february - dayMs;

    account.zones = newer;
    expect(said(account.withdraw('w1', '1000'))).toBe('insufficient_available_balance');
    expect(noted(account)).toEqual([]);
  });

  it('moves the end of the day, month and year under way, and with them what budgets and limits count', () => {
    const account = opened('100', { limits: { openHolds: null, frozen: null, dailySpend: null } });
    account.terms('t1', { limits: { dailySpend: '5' } });
    for (const period of ['day', 'month', 'year'] as const) account.budget(period, '5', period);
    account.now = shanghai('2026-01-31T10:00');
    for (const period of ['day', 'month', 'year'])
      account.freeze(period, { amount: '1', budget: period, ttlSeconds: 86_400 });
    // The clocks are put forward by two hours that evening, as was not known at the opening.
    account.zones = laterZones('2098a', shanghai('2026-01-31T20:00'), 2 * hourMs);
    account.now = shanghai('2026-01-31T11:00');
    account.freeze('h4', { amount: '1', budget: 'day', ttlSeconds: 86_400 });
    expect(noted(account)).toHaveLength(1);
    account.now = shanghai('2026-01-31T21:59');
    expect([account.used('day'), account.used('month')]).toEqual(['2 3', '1 4']);
    account.now = shanghai('2026-01-31T22:00');
    expect([account.used('day'), account.used('month'), account.used('year')]).toEqual(['0 5', '0 5', '1 4']);
    expect(said(account.freeze('h5', { amount: '5', ttlSeconds: 86_400 }))).toBe('accepted');
    expect(said(account.freeze('h6', { amount: '0.00000001' }))).toBe('spend_limit_exceeded');
    expect(violations(account.events)).toEqual([]);
  });

  it('ends a year that began before anything was stated where it is stated, whatever was asked of the calendar before', () => {
    const account = opened('100', { agreementStart: '2025-06-01' });
    account.budget('first', '5', 'year');
    account.freeze('h1', { amount: '1', budget: 'first' });
    account.zones = newer;
    account.deposit('d1', '1');
    account.budget('second', '5', 'year');
    account.freeze('h2', { amount: '1', budget: 'second' });
    const ends = account.state.budgets.page(null, 10).map(({ spend }) => spend?.year.period.until);
    expect(ends).toEqual([shanghai('2026-05-31T23:00'), shanghai('2026-05-31T23:00')]);
  });

  it('bills the day that was cut short, at its new end, and gives a day no bill of its own', () => {
    const account = opened('100');
    account.zones = laterZones('2098a', shanghai('2026-01-29T20:00'), 2 * hourMs);
    account.freeze('h1', { amount: '1' });
    account.now = shanghai('2026-01-29T22:00');
    expect(said(account.bill('2026-01-29'))).toBe('accepted');
    expect(account.events.at(-1)?.data).toMatchObject({
      from: shanghai('2026-01-29T00:00'),
      until: shanghai('2026-01-29T22:00'),
      lastRevision: 4,
    });
    account.zones = laterZones('2099a', shanghai('2026-03-01T00:00'), -hourMs);
    account.now += 30 * dayMs;
    const before = account.events.length;
    expect(said(account.bill('2026-01-29'))).toBe('replayed');
    expect(account.state.summary.days.latest).toBeNull();
    account.deposit('d1', '1');
    expect(account.state.summary.days.latest?.firstRevision).toBe(before + 1);
    expect(violations(account.events)).toEqual([]);
  });

  it('says when a pack ends: a year later by the clocks that were stated', () => {
    const account = opened('1000', { priceBook: 'test' });
    account.zones = newer;
    account.acquirePack('p1');
    expect(account.state.packs.of('p1').expiresAt).toBe(shanghai('2027-01-29T11:00'));
    expect(violations(account.events)).toEqual([]);
  });

  it('survives in a snapshot, with what was said of earlier time', () => {
    const account = opened();
    account.zones = newer;
    account.deposit('d1', '1');
    const { zone } = account.state.calendar ?? { zone: null };
    account.restart();
    expect(account.state.calendar?.zone).toEqual(zone);
    expect(fold(account.events).calendar?.zone).toEqual(zone);
  });

  it('is a violation where it says anything again of time that is over', () => {
    const account = opened();
    account.zones = newer;
    account.deposit('d1', '1');
    const forged = account.events.map((event) => {
      if (event.type !== 'zone-noted.v1') return event;
      return { ...event, data: { ...event.data, zone: { ...event.data.zone, from: start - dayMs } } };
    });
    expect(violations(forged)).toEqual(['zone-wrong: what is stated of its time zone is not of the time ahead']);
  });
});
