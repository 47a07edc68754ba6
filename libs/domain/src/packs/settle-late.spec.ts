import { describe, expect, it } from '@jest/globals';
import { type AccountDriver, opened, said } from '../../../../test/support/account-driver.ts';
import { calls, expiry, last, parts, ttlMs, withPacks } from '../../../../test/support/pack-scenarios.ts';

describe('a late settle', () => {
  /** Its call completed while the hold was open, and the news comes after the deadline. */
  function late(account: AccountDriver, holdId: string, quantity: number | null = null): string {
    const opening = account.events.find(
      ({ type, data }) => type === 'funds-frozen.v1' && 'holdId' in data && data.holdId === holdId,
    );
    return said(account.settle(holdId, { quantity, completedAt: opening?.data.at ?? 0 }));
  }

  function ended(account: AccountDriver, ...holds: readonly [string, number][]): void {
    for (const [holdId, quantity] of holds) calls(account, holdId, quantity);
    account.now += ttlMs;
    account.expireDue();
  }

  it('takes what is left in the pack that its units were reserved in', () => {
    const account = withPacks(3);
    ended(account, ['h1', 5]);
    expect(late(account, 'h1')).toBe('accepted');
    expect(last(account, 'hold-settled-late.v1')).toMatchObject({
      amount: '4',
      lines: [{ from: 1, units: 2 }],
      packs: [{ packId: 'p1', units: 3, recognised: '10', listPrice: '6', reclaimed: null }],
      hold: { packs: ['p1'], budget: null },
    });
    expect([account.pack('p1'), parts(account)]).toEqual(['0 0 3 0 0', '986 0 4 10']);
  });

  it('takes back the units that this hold forfeited there, out of breakage', () => {
    const account = withPacks(3);
    account.now = expiry(account, 'p1') - 1;
    ended(account, ['h1', 2]);
    expect(account.pack('p1')).toBe('0 0 0 3 0');
    expect(late(account, 'h1', 1)).toBe('accepted');
    expect(last(account, 'hold-settled-late.v1')).toMatchObject({
      amount: '0',
      packs: [{ packId: 'p1', units: 1, recognised: '0', reclaimed: { units: 1, amount: '3.33333333' } }],
    });
    expect(account.pack('p1')).toBe('0 0 1 2 0');
  });

  it('does not take what another hold forfeited, or what expired in the pack: other packs pay, else money', () => {
    const account = withPacks(3);
    account.now = expiry(account, 'p1') - ttlMs - 1;
    ended(account, ['h1', 2]);
    account.now = expiry(account, 'p1');
    account.acquirePack('p2');
    calls(account, 'h2', 2);
    expect(late(account, 'h1')).toBe('accepted');
    expect(last(account, 'hold-settled-late.v1')).toMatchObject({
      amount: '2',
      packs: [{ packId: 'p2', units: 1, reclaimed: null }],
    });
    expect(account.pack('p1')).toBe('0 0 0 3 0');
    expect(account.pack('p2')).toBe('0 2 1 0 0');
  });

  it('charges in money what no pack covers any more, up to what all units could have cost', () => {
    const account = withPacks(3);
    ended(account, ['h1', 5]);
    calls(account, 'h2', 3);
    expect(late(account, 'h1')).toBe('accepted');
    expect(last(account, 'hold-settled-late.v1')).toMatchObject({ amount: '10', packs: null });
  });

  it('moves the money tiers by what was charged in money alone', () => {
    const account = withPacks(3);
    ended(account, ['h1', 5]);
    late(account, 'h1');
    expect([...account.state.unitsCharged.values()]).toEqual([2]);
  });

  it('that the balance cannot pay takes no unit either', () => {
    const account = opened('14', { priceBook: 'test' });
    account.acquirePack('p1');
    ended(account, ['h1', 5]);
    account.withdraw('w1', '0.00000001');
    expect(late(account, 'h1')).toBe('insufficient_available_balance');
    expect(account.pack('p1')).toBe('3 0 0 0 0');
  });

  it('is the same again after the process started from a snapshot', () => {
    const account = withPacks(3);
    account.now = expiry(account, 'p1') - 1;
    ended(account, ['h1', 2]);
    account.restart();
    expect(late(account, 'h1')).toBe('accepted');
    expect(account.pack('p1')).toBe('0 0 2 1 0');
    account.restart();
    expect(late(account, 'h1')).toBe('replayed');
  });
});
