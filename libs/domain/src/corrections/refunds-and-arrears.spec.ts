import { describe, expect, it } from '@jest/globals';
import { type AccountEvent, computeOwed, formatMoney } from '#domain';
import { type AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** 10 o'clock in Shanghai on the day after the opening. */
const morning = start + 22 * hour;

/** An account with money, that was charged 30 on its first day; it is the morning after, and there is no bill yet. */
function charged(deposited: string, creditLimit = '0'): AccountDriver {
  const account = opened(deposited, { creditLimit: money(creditLimit) });
  account.freeze('h1', { amount: '30' });
  account.settle('h1');
  account.now = morning;
  return account;
}

function listTypes({ events }: AccountDriver): AccountEvent['type'][] {
  return events.map(({ type }) => type);
}

function owed({ state }: AccountDriver): string {
  return formatMoney(computeOwed(state));
}

describe('a refund', () => {
  it('before the bill of the day counts on that bill: who was refunded and withdrew all owes nothing', () => {
    const account = charged('100');
    account.refund('r1', 'h1', '30');
    expect(said(account.withdraw('w1', '100'))).toBe('accepted');
    account.bill('2026-01-29');
    expect(account.events.at(-1)).toMatchObject({ type: 'bill-issued.v1', data: { owed: '0', arrears: null } });
    account.now += 10 * day;
    account.expireDue();
    account.bill('2026-01-30');
    expect(listTypes(account)).not.toContain('arrears-suspended.v1');
  });

  it('after the bill counts at once, so that what it leaves over can be withdrawn without arrears', () => {
    const account = charged('100');
    account.bill('2026-01-29');
    account.refund('r1', 'h1', '30');
    account.withdraw('w1', '100');
    expect(owed(account)).toBe('0');
    account.bill('2026-01-30');
    expect(account.state.summary.arrears).toBeNull();
  });

  it('ends arrears, and their suspension, as a payment does, to the last of the scale', () => {
    const account = charged('0', '100');
    account.bill('2026-01-29');
    account.now += day;
    account.refund('r1', 'h1', '29.99999999');
    expect([owed(account), account.state.summary.suspendedFor]).toEqual(['0.00000001', ['arrears']]);
    account.refund('r2', 'h1', '0.00000001');
    expect(listTypes(account).slice(-2)).toEqual(['charge-refunded.v1', 'arrears-cleared.v1']);
    expect(account.state.summary).toMatchObject({ arrears: null, suspendedFor: [] });
  });

  it('of a charge that no bill has yet pays nothing of what a bill has', () => {
    const account = charged('0', '100');
    account.bill('2026-01-29');
    account.freeze('h2', { amount: '30' });
    account.settle('h2');
    account.refund('r1', 'h2', '30');
    expect(owed(account)).toBe('30');
  });

  it('of an older charge pays what is billed of it, however much was charged since', () => {
    const account = charged('0', '100');
    account.bill('2026-01-29');
    account.freeze('h2', { amount: '50' });
    account.settle('h2');
    account.refund('r1', 'h1', '30');
    expect([owed(account), account.state.summary.arrears]).toEqual(['0', null]);
    account.now += day;
    account.bill('2026-01-30');
    expect(account.events.findLast(({ type }) => type === 'bill-issued.v1')).toMatchObject({ data: { owed: '50' } });
  });

  it('counts for each of several days that are over and have no bill yet', () => {
    const account = charged('0', '100');
    account.freeze('h2', { amount: '5' });
    account.settle('h2');
    account.now += day;
    account.refund('r1', 'h1', '30');
    for (const date of ['2026-01-29', '2026-01-30']) account.bill(date);
    const bills = account.events.filter((event) => event.type === 'bill-issued.v1');
    expect(bills.map(({ data }) => data.owed)).toEqual(['0', '5']);
  });

  it('counts for the day on which its hold was settled, not for that on which it was opened', () => {
    const account = charged('0', '100');
    account.now = start + 12 * hour - 1_000;
    account.freeze('h2', { amount: '4' });
    account.now += 2_000;
    account.settle('h2');
    account.refund('r1', 'h2', '4');
    account.now = morning;
    account.bill('2026-01-29');
    expect(owed(account)).toBe('30');
    account.now += day;
    account.bill('2026-01-30');
    expect(owed(account)).toBe('30');
  });

  it('of a late charge counts for the day on which that was made', () => {
    const account = charged('0', '100');
    account.now = start + 12 * hour - 600_000;
    account.freeze('h2', { amount: '4' });
    const completedAt = account.now + 1_000;
    account.now += hour;
    expect(said(account.settle('h2', { completedAt }))).toBe('accepted');
    account.refund('r1', 'h2', '4');
    expect(account.events.at(-1)).toMatchObject({ data: { refunded: '4', chargedAt: account.now } });
    account.now = morning;
    account.bill('2026-01-29');
    expect(owed(account)).toBe('30');
  });

  it('of a pack counts for the day on which it was bought', () => {
    const account = opened('10', { priceBook: 'test@1' });
    account.acquirePack('p1', { family: 'calls', units: 3 });
    account.now = morning;
    account.bill('2026-01-29');
    account.refundPack('p1', 'r1');
    account.withdraw('w1', '10');
    expect(owed(account)).toBe('0');
    account.bill('2026-01-30');
    expect(account.state.summary.arrears).toBeNull();
  });

  it('is counted after a restart too, and leaves no trace when it is taken back', () => {
    const account = charged('0', '100');
    account.bill('2026-01-29');
    account.refund('r1', 'h1', '10');
    account.restart();
    expect(owed(account)).toBe('20');
    const { summary, undo } = account.state;
    const [mark, count] = [undo.mark(), account.events.length];
    account.refund('r2', 'h1', '20');
    expect(account.state.summary.arrears).toBeNull();
    undo.rollBackTo(mark);
    account.events.length = count;
    expect(account.state.summary).toBe(summary);
  });
});
