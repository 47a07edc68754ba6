import { describe, expect, it } from '@jest/globals';
import { type AccountEventData, aheadMaxMs, dayOfDate, type Decision } from '#domain';
import { AccountDriver, opened, said, start } from '../../../../test/support/account-driver.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** 10 o'clock in Shanghai on the day after the opening. */
const morning = start + 22 * hour;

function readBill(decision: Decision): AccountEventData['bill-issued.v1'] {
  const [event] = decision.kind === 'accepted' ? decision.events : [];
  if (event?.type !== 'bill-issued.v1') throw new TypeError(`a bill was issued, not: ${said(decision)}`);
  return event.data;
}

/** The account charges one plain call. */
function charge(account: AccountDriver, holdId: string, amount: string): void {
  account.freeze(holdId, { amount });
  account.settle(holdId);
}

describe('the bill of a day', () => {
  it('fixes its instants in the account’s time zone, its events, and what is owed', () => {
    const account = opened('10');
    charge(account, 'h1', '4');
    account.now = morning;
    expect(readBill(account.bill('2026-01-29'))).toEqual({
      at: morning,
      date: '2026-01-29',
      from: start - 12 * hour,
      until: start + 12 * hour,
      format: 2,
      owed: '0',
      firstRevision: 0,
      lastRevision: 3,
      chainHash: 'ab'.repeat(32),
      arrears: null,
    });
  });

  it('comes at the first instant of the next day, and not a millisecond before', () => {
    const account = opened('10');
    account.now = start + 12 * hour - 1;
    expect(said(account.bill('2026-01-29'))).toBe('invalid_request date');
    account.now += 1;
    expect(said(account.bill('2026-01-29'))).toBe('accepted');
  });

  it('is not issued for a day to come', () => {
    const account = opened('10');
    account.now = morning;
    expect(account.bill('2026-02-28')).toMatchObject({ refusal: { field: 'date', facts: { today: '2026-01-30' } } });
  });

  it('waits while the account is more than 60 seconds ahead of the clock, as a freeze does', () => {
    const account = opened('10');
    account.now = morning;
    account.wallClock = morning - aheadMaxMs - 1;
    expect(said(account.bill('2026-01-29'))).toBe('clock_untrusted');
    account.wallClock += 1;
    expect(said(account.bill('2026-01-29'))).toBe('accepted');
    account.wallClock -= 1;
    expect(said(account.bill('2026-01-29'))).toBe('replayed');
  });

  it('is issued once: again it is answered as the first time, whatever has happened since', () => {
    const account = opened('10');
    account.now = morning;
    const first = account.bill('2026-01-29');
    charge(account, 'h1', '4');
    account.now += 3 * day;
    account.bill('2026-01-30');
    const count = account.events.length;
    for (const indexed of [false, true]) {
      if (indexed) account.forget();
      const again = account.bill('2026-01-29');
      expect(again).toEqual({ kind: 'replayed', event: first.kind === 'accepted' ? first.events[0] : undefined });
    }
    expect(account.events).toHaveLength(count);
  });

  it('does not exist for a day on which nothing happened, nor for one before the opening', () => {
    const account = opened('10');
    account.now += 3 * day;
    expect(said(account.bill('2026-01-28'))).toBe('bill_not_found');
    account.bill('2026-01-29');
    expect(said(account.bill('2026-01-30'))).toBe('bill_not_found');
  });

  it('does not exist for a day on which bills alone were issued', () => {
    const account = opened('10');
    account.now = morning;
    account.bill('2026-01-29');
    account.now += day;
    expect(said(account.bill('2026-01-30'))).toBe('bill_not_found');
  });

  it('waits for those of the days before it', () => {
    const account = opened('10');
    account.now += 2 * day;
    account.deposit('d1', '1');
    account.now += day;
    expect(account.bill('2026-01-31')).toMatchObject({ refusal: { field: 'date', facts: { next: '2026-01-29' } } });
    expect(said(account.bill('2026-01-29'))).toBe('accepted');
    expect(said(account.bill('2026-01-31'))).toBe('accepted');
  });

  it('is not issued on a look that is no longer true', () => {
    const account = opened('10');
    account.now = morning;
    expect(account.bill('2026-01-29', { lastRevision: 0 })).toMatchObject({
      refusal: { code: 'invalid_request', field: 'lastRevision', facts: { lastRevision: 1 } },
    });
  });

  it('has in it what fell due before its end, whenever that was noticed', () => {
    const account = opened('10');
    account.now = start + 12 * hour - 1_000;
    account.freeze('h1', { amount: '1', ttlSeconds: 1 });
    account.freeze('h2', { amount: '1', ttlSeconds: 2 });
    account.now = morning;
    account.expireDue();
    // h1 expires at the very first instant of the next day.
    expect(readBill(account.bill('2026-01-29'))).toMatchObject({ firstRevision: 0, lastRevision: 3 });
    account.now += day;
    expect(readBill(account.bill('2026-01-30'))).toMatchObject({ firstRevision: 4, lastRevision: 6 });
  });

  it('counts a charge on the day of its settle, also where its hold was opened the day before', () => {
    const account = opened('0', { creditLimit: (100n * 100_000_000n) as never });
    account.now = start + 12 * hour - 1;
    account.freeze('h1', { amount: '4' });
    account.now += 1;
    account.settle('h1');
    account.now = morning;
    expect(readBill(account.bill('2026-01-29')).owed).toBe('0');
    account.now += day;
    expect(readBill(account.bill('2026-01-30')).owed).toBe('4');
  });

  it('is of a day of 23 or of 25 hours where the clocks are changed', () => {
    for (const [date, hours] of [
      ['2026-03-29', 23],
      ['2026-10-25', 25],
    ] as const) {
      const { from, until } = dayOfDate('Europe/Berlin', date);
      const account = new AccountDriver();
      account.now = from;
      account.open({ timeZone: 'Europe/Berlin' });
      account.now = until - 1;
      account.deposit('d1', '1');
      account.now = until;
      account.deposit('d2', '1');
      const bill = readBill(account.bill(date));
      expect(bill).toMatchObject({ from, until, firstRevision: 0, lastRevision: 1 });
      expect(bill.until - bill.from).toBe(hours * hour);
    }
  });

  it('goes over the turn of the year and of a leap day', () => {
    const account = new AccountDriver();
    account.now = Date.UTC(2027, 11, 31, 15, 59, 59, 999);
    account.open();
    account.now += 1;
    account.deposit('d1', '1');
    account.now = Date.UTC(2028, 1, 29, 4);
    account.deposit('d2', '1');
    account.now += day;
    expect(readBill(account.bill('2027-12-31')).lastRevision).toBe(0);
    expect(readBill(account.bill('2028-01-01'))).toMatchObject({ firstRevision: 1, lastRevision: 1 });
    expect(readBill(account.bill('2028-02-29'))).toMatchObject({ firstRevision: 2, lastRevision: 2 });
  });

  it('is still issued for the last days of a closed account', () => {
    const account = opened('0');
    account.status('close', 'c1');
    account.now = morning;
    expect(readBill(account.bill('2026-01-29'))).toMatchObject({ owed: '0', arrears: null, lastRevision: 1 });
  });

  it('of an account that was never opened there is none', () => {
    const account = new AccountDriver();
    expect(said(account.bill('2026-01-29'))).toBe('account_not_found');
  });
});

describe('what a bill says is owed', () => {
  function postpaid(): AccountDriver {
    return opened('0', { creditLimit: 100_00000000n as never });
  }

  it('is what was charged up to the end of the day, less what was paid in up to the issue', () => {
    const account = postpaid();
    charge(account, 'h1', '30');
    account.now = morning;
    charge(account, 'h2', '7');
    account.deposit('d1', '12.5');
    expect(readBill(account.bill('2026-01-29')).owed).toBe('17.5');
    account.now += day;
    expect(readBill(account.bill('2026-01-30')).owed).toBe('24.5');
  });

  it('does not count what is frozen', () => {
    const account = postpaid();
    account.freeze('h1', { amount: '30', ttlSeconds: 2 * 86_400 });
    account.now = morning;
    expect(readBill(account.bill('2026-01-29')).owed).toBe('0');
  });

  it('counts adjustments and withdrawals with what was paid in, and is never below zero', () => {
    const account = postpaid();
    charge(account, 'h1', '30');
    account.now = morning;
    account.adjust('a1', '5');
    account.deposit('d1', '10');
    expect(readBill(account.bill('2026-01-29')).owed).toBe('15');
    account.deposit('d2', '100');
    account.withdraw('w1', '20');
    account.now += day;
    expect(readBill(account.bill('2026-01-30')).owed).toBe('0');
  });
});

describe('the state of an account with unbilled days', () => {
  it('keeps a day by its range and its charge, and forgets it with its bill', () => {
    const account = opened('10');
    for (let count = 0; count < 20; count += 1) {
      charge(account, `h${String(count)}`, '0.1');
      account.now += day;
    }
    expect(account.state.summary.days.over).toHaveLength(19);
    account.restart();
    expect(account.state.summary.days.over).toHaveLength(19);
    account.bill('2026-01-29');
    account.bill('2026-01-30');
    expect(account.state.summary.days.over).toHaveLength(18);
    expect(account.state.summary.billed?.charged).toBe(20_000_000n);
  });

  it('is as before when a bill is taken back', () => {
    const account = opened('10');
    account.now = morning;
    account.expireDue();
    const { summary, undo } = account.state;
    const mark = undo.mark();
    account.bill('2026-01-29');
    expect(account.state.summary.days.latest).toBeNull();
    undo.rollBackTo(mark);
    expect(account.state.summary).toBe(summary);
    expect(said(account.bill('2026-01-29'))).toBe('accepted');
  });
});
