import { describe, expect, it } from '@jest/globals';
import type { Decision } from '#domain';
import { type AccountDriver, opened, said, start } from '../../../../test/support/account-driver.ts';

describe('an id', () => {
  it('is unique per kind: a deposit, a withdrawal, an adjustment, a hold, an attempt and a change may share one', () => {
    const account = opened();
    expect([
      said(account.deposit('x', '1')),
      said(account.withdraw('x', '1')),
      said(account.adjust('x', '1')),
      said(account.freeze('x', { amount: '1' })),
      said(account.fail('x', 'x')),
      said(account.status('suspend', 'x')),
    ]).toEqual(Array(6).fill('accepted'));
  });

  it.each<[string, (account: AccountDriver) => Decision, (account: AccountDriver) => unknown, string]>([
    [
      'freeze',
      (account) => account.freeze('id', { amount: '101' }),
      (account) => account.deposit('more', '1'),
      'insufficient_available_balance',
    ],
    [
      'withdraw',
      (account) => account.withdraw('id', '101'),
      (account) => account.deposit('more', '1'),
      'insufficient_available_balance',
    ],
    [
      'deposit',
      (account) => account.deposit('id', '999999999999999999'),
      (account) => account.deposit('id', '1'),
      'balance_out_of_range',
    ],
    [
      'close',
      (account) => account.status('close', 'id'),
      (account) => account.withdraw('all', '100'),
      'account_not_empty',
    ],
    [
      'settle',
      (account) => account.settle('id', { amount: '101' }),
      (account) => account.freeze('id', { amount: '100' }),
      'hold_not_found',
    ],
    [
      'fail',
      (account) => account.fail('id', 'a1'),
      (account) => account.freeze('id', { amount: '100' }),
      'hold_not_found',
    ],
  ])('is not used up by a refusal: %s', (what, send, meanwhile, refusal) => {
    const account = opened('100');
    expect(said(send(account))).toBe(refusal);
    const events = account.events.length;
    meanwhile(account);
    expect(account.events.length).toBeGreaterThan(events);
    const then =
      { settle: 'settle_amount_exceeds_hold amount', deposit: 'idempotency_conflict amount' }[what] ?? 'accepted';
    expect(said(send(account))).toBe(then);
  });

  it('is remembered in bounded memory: what the index has is forgotten', () => {
    const account = opened('1000');
    for (let index = 0; index < 50; index += 1) {
      account.freeze(`h${String(index)}`);
      account.settle(`h${String(index)}`);
    }
    const { recentIds, recentHolds, summary, undo } = account.state;
    undo.commit();
    expect(recentIds.size).toBeGreaterThan(0);
    recentIds.forget(summary.revision - 10);
    expect(recentIds.size).toBeLessThanOrEqual(10);
    recentIds.forget(summary.revision - 1);
    expect(recentHolds.ended('h48')).toBeUndefined();
    expect(recentHolds.ended('h49')?.ending.type).toBe('hold-settled.v1');
    recentIds.forget(summary.revision);
    expect(recentIds.size).toBe(0);
    expect(recentHolds.ended('h49')).toBeUndefined();
  });

  it('half of which the index has is whole: an ending in the index, its late settle still remembered', () => {
    const account = opened();
    account.freeze('h1', { amount: '1' });
    account.release('h1');
    account.forget();
    account.settle('h1', { completedAt: start });
    expect(said(account.settle('h1'))).toBe('replayed');
    expect(said(account.release('h1'))).toBe('replayed');
    expect(said(account.fail('h1', 'a1'))).toBe('hold_already_settled');
  });

  it('of which the index has only the uncollected charge is not charged late a second time', () => {
    const account = opened('1');
    account.freeze('h1', { amount: '1' });
    account.release('h1');
    account.withdraw('w1', '1');
    account.settle('h1', { completedAt: start });
    account.deposit('d1', '5');
    account.settle('h1', { completedAt: start });
    account.forget(1);
    expect(said(account.settle('h1', { completedAt: start }))).toBe('replayed');
    expect(account.money).toBe('4 0 1');
  });

  it('of which the index has the uncollected charge is not recorded as uncollected again', () => {
    const account = opened('1');
    account.freeze('h1', { amount: '1' });
    account.release('h1');
    account.withdraw('w1', '1');
    account.settle('h1', { completedAt: start });
    account.forget();
    expect(account.settle('h1', { completedAt: start })).toMatchObject({
      refusal: { code: 'insufficient_available_balance' },
      events: [],
    });
  });
});
