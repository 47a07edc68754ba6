import { describe, expect, it } from '@jest/globals';
import type { AccountEvent } from '#domain';
import { type AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** 10 o'clock in Shanghai on the day after the opening. */
const morning = start + 22 * hour;

/** An account that was charged 30 on its first day and has its bill, owing all of it. */
function inArrears(): AccountDriver {
  const account = opened('0', { creditLimit: money('100') });
  account.freeze('h1', { amount: '30' });
  account.settle('h1');
  account.now = morning;
  account.bill('2026-01-29');
  return account;
}

/** What happened, without the warnings of it, which have a spec of their own. */
function happened({ events }: AccountDriver): AccountEvent[] {
  return events.filter(({ type }) => type !== 'warning-raised.v1');
}

function typesSince(account: AccountDriver, count: number): string[] {
  return happened(account)
    .slice(count)
    .map(({ type }) => type);
}

describe('arrears', () => {
  it('begin with a bill that leaves something owed, and end in a suspension 24 hours after it', () => {
    const account = inArrears();
    expect(happened(account).at(-1)).toMatchObject({
      type: 'bill-issued.v1',
      data: { at: morning, owed: '30', arrears: { since: morning, suspendsAt: morning + day } },
    });
    expect(account.state.summary.suspendedFor).toEqual([]);
  });

  it('do not begin with a bill that is paid before it is issued', () => {
    const account = opened('0', { creditLimit: money('100') });
    account.freeze('h1', { amount: '30' });
    account.settle('h1');
    account.now = morning;
    account.deposit('d1', '30');
    account.bill('2026-01-29');
    expect(account.state.summary.arrears).toBeNull();
    account.now += 10 * day;
    account.expireDue();
    expect(account.state.summary.suspendedFor).toEqual([]);
  });

  it('let the account freeze until the last millisecond of the grace, and not at its end', () => {
    const account = inArrears();
    account.now = morning + day - 1;
    expect(said(account.freeze('h2', { amount: '1' }))).toBe('accepted');
    account.now += 1;
    expect(account.freeze('h3', { amount: '1' })).toMatchObject({
      refusal: { code: 'account_suspended', facts: { suspendedFor: 'arrears' } },
    });
    expect(said(account.withdraw('w1', '1'))).toBe('account_suspended');
    expect(said(account.settle('h2'))).toBe('accepted');
  });

  it('suspend at the end of the grace, however late that is noticed', () => {
    const account = inArrears();
    account.now = morning + 9 * day;
    account.expireDue();
    expect(happened(account).at(-1)).toEqual({ type: 'arrears-suspended.v1', data: { at: morning + day } });
    const count = happened(account).length;
    account.now += day;
    account.expireDue();
    expect(happened(account)).toHaveLength(count);
  });

  it('suspend after the holds that expire at the same millisecond, and before what comes later', () => {
    const account = inArrears();
    account.now = morning + day - 5_000;
    account.freeze('h2', { amount: '1', ttlSeconds: 6 });
    account.freeze('h3', { amount: '1', ttlSeconds: 5 });
    const count = happened(account).length;
    account.now += day;
    account.expireDue();
    expect(typesSince(account, count)).toEqual(['hold-expired.v1', 'arrears-suspended.v1', 'hold-expired.v1']);
  });

  it('end at once when the last cent comes in, in the append of the deposit, and their suspension with them', () => {
    const account = inArrears();
    account.now = morning + 2 * day;
    account.deposit('d1', '29.99999999');
    expect(account.state.summary.suspendedFor).toEqual(['arrears']);
    const count = happened(account).length;
    account.deposit('d2', '0.00000001');
    expect(typesSince(account, count)).toEqual(['funds-deposited.v1', 'arrears-cleared.v1']);
    expect(account.state.summary).toMatchObject({ suspendedFor: [], arrears: null });
    expect(said(account.freeze('h2', { amount: '1' }))).toBe('accepted');
  });

  it('end with an adjustment too', () => {
    const account = inArrears();
    account.adjust('a1', '30');
    expect(account.state.summary.arrears).toBeNull();
  });

  it('that were paid in time suspend nobody', () => {
    const account = inArrears();
    account.now = morning + day - 1;
    account.deposit('d1', '30');
    account.now += 10 * day;
    account.expireDue();
    expect(account.events.some(({ type }) => type === 'arrears-suspended.v1')).toBe(false);
  });

  it('keep their clock when later bills are issued', () => {
    const account = inArrears();
    account.freeze('h2', { amount: '5' });
    account.settle('h2');
    account.now = morning + day - 1;
    account.bill('2026-01-30');
    expect(happened(account).at(-1)).toMatchObject({
      data: { owed: '35', arrears: { since: morning, suspendsAt: morning + day } },
    });
    account.now += 1;
    account.expireDue();
    expect(happened(account).at(-1)).toEqual({ type: 'arrears-suspended.v1', data: { at: morning + day } });
  });

  it('that have suspended are told by later bills and suspend no second time', () => {
    const account = inArrears();
    account.freeze('h2', { amount: '5' });
    account.settle('h2');
    account.now = morning + day;
    account.bill('2026-01-30');
    const count = happened(account).length;
    expect(happened(account).at(-1)).toMatchObject({ data: { owed: '35', arrears: { since: morning } } });
    account.now += 5 * day;
    account.expireDue();
    expect(happened(account)).toHaveLength(count);
    // The billed 30 is not enough any more.
    account.deposit('d1', '30');
    expect(account.state.summary.suspendedFor).toEqual(['arrears']);
    account.deposit('d2', '5');
    expect(account.state.summary.suspendedFor).toEqual([]);
  });

  it('begin again, with a clock of their own, once they were paid', () => {
    const account = inArrears();
    account.deposit('d1', '30');
    account.freeze('h2', { amount: '5' });
    account.settle('h2');
    account.now = morning + 2 * day;
    account.bill('2026-01-30');
    expect(account.state.summary.arrears).toEqual({ since: morning + 2 * day, suspendsAt: morning + 3 * day });
  });

  it('and an operator’s suspension are each lifted by their own means alone', () => {
    const account = inArrears();
    account.status('suspend', 's1');
    account.now = morning + day;
    account.expireDue();
    expect(account.state.summary.suspendedFor).toEqual(['operator', 'arrears']);
    account.status('resume', 'r1');
    expect(account.state.summary.suspendedFor).toEqual(['arrears']);
    account.status('suspend', 's2');
    account.deposit('d1', '30');
    expect(account.state.summary.suspendedFor).toEqual(['operator']);
  });

  it('survive a restart, running and suspended', () => {
    const account = inArrears();
    account.restart();
    account.now = morning + day;
    account.expireDue();
    expect(account.state.summary.suspendedFor).toEqual(['arrears']);
    account.restart();
    account.deposit('d1', '30');
    expect(account.state.summary.suspendedFor).toEqual([]);
  });

  it('leave no trace when the suspension or the payment is taken back', () => {
    const account = inArrears();
    for (const act of [() => account.expireDue(), () => account.deposit('d1', '30')]) {
      account.now = Math.max(account.now, morning + day);
      const { summary, schedule, undo } = account.state;
      const [mark, before, count] = [undo.mark(), schedule.all, account.events.length];
      act();
      expect(account.state.summary).not.toBe(summary);
      undo.rollBackTo(mark);
      account.events.length = count;
      expect(account.state.summary).toBe(summary);
      expect(account.state.schedule.all).toEqual(before);
    }
  });

  it('end with the account: what is closed is neither suspended nor in arrears', () => {
    const account = inArrears();
    account.deposit('d1', '30');
    account.status('close', 'c1');
    account.now = morning + 5 * day;
    account.bill('2026-01-30');
    expect(account.state.summary).toMatchObject({ closed: true, arrears: null, suspendedFor: [] });
    expect(account.state.schedule.all).toEqual([]);
  });
});
