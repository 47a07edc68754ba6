import { describe, expect, it } from '@jest/globals';
import { bounds, writeSnapshot } from '#domain';
import { type AccountDriver, money, opened, said } from '../../../../test/support/account-driver.ts';
import { calls, expiry, withPacks } from '../../../../test/support/pack-scenarios.ts';

const dayMs = 24 * 3_600_000;

function grant(account: AccountDriver, packId: string, units = 1): string {
  account.operator = true;
  return said(account.acquirePack(packId, { how: 'grant', units, reason: 'goodwill' }));
}

describe('the packs of an account', () => {
  it('are so many at once and no more, whoever takes or grants them; one that was used up makes room', () => {
    const account = withPacks();
    for (let index = 1; index <= bounds.packsMax; index += 1) grant(account, `g${String(index)}`);
    expect(grant(account, 'more')).toBe('too_many_packs');
    expect(account.acquirePack('p1')).toMatchObject({ refusal: { facts: { limit: bounds.packsMax } } });
    expect(said(account.acquirePack('t1', { how: 'trial', units: 2 }))).toBe('too_many_packs');
    expect(grant(account, 'g7')).toBe('replayed');
    calls(account, 'h1', 1);
    expect(grant(account, 'more')).toBe('too_many_packs');
    account.settle('h1');
    expect(grant(account, 'more')).toBe('accepted');
    expect(grant(account, 'another')).toBe('too_many_packs');
    expect(account.state.packs.size).toBe(bounds.packsMax);
  });

  it('stay few in the state however many were used up, and nothing of those falls due', () => {
    const account = withPacks();
    for (let index = 1; index <= 60; index += 1) {
      grant(account, `g${String(index)}`, 3);
      calls(account, `h${String(index)}`, 3);
      account.settle(`h${String(index)}`);
    }
    expect(account.state.packs.size).toBe(1);
    expect(account.state.schedule.all).toEqual([]);
    expect(writeSnapshot(account.state)).not.toContain('g59');
    // What was forgotten is still known by its id.
    account.forget();
    expect(grant(account, 'g7', 3)).toBe('replayed');
    expect(said(account.refundPack('g7', 'r1'))).toBe('pack_not_refundable');
  });

  it('are kept, and counted, while a hold could be settled late from them', () => {
    const account = withPacks(3);
    calls(account, 'late', 3);
    account.release('late');
    calls(account, 'h2', 3);
    account.settle('h2');
    const { expiresAt } = account.events.flatMap(({ type, data }) => (type === 'funds-frozen.v1' ? [data] : []))[0] ?? {
      expiresAt: 0,
    };
    account.now = expiresAt + dayMs - 1;
    grant(account, 'g1');
    expect(account.pack('p1')).toBe('0 0 3 0 0');
    account.now += 1;
    grant(account, 'g2');
    expect(account.pack('p1')).toBe('none');
    account.now = expiry(account, 'g1');
    account.expireDue();
    expect(account.events.filter(({ type }) => type === 'pack-expired.v1')).toHaveLength(1);
  });
});

describe('a freeze that packs pay for in full', () => {
  it('is refused like any other while less is available than credit allows, and accepted at that very amount', () => {
    const account = opened('10', { priceBook: 'test', creditLimit: money('5') });
    account.acquirePack('p1', { units: 3 });
    account.operator = true;
    account.adjust('a1', '-5.00000001');
    expect(account.freeze('h1', { product: 'call', quantity: 1 })).toMatchObject({
      refusal: { code: 'insufficient_available_balance', facts: { required: '0' } },
    });
    account.deposit('d2', '0.00000001');
    expect(calls(account, 'h1', 1)).toBe('accepted');
  });

  it('that was charged in time is settled, and one that ended unused is settled late, whatever is available', () => {
    const account = opened('10', { priceBook: 'test' });
    account.acquirePack('p1', { units: 3 });
    calls(account, 'h1', 1);
    calls(account, 'h2', 1);
    account.release('h2');
    account.operator = true;
    account.adjust('a1', '-5');
    expect(said(account.settle('h1'))).toBe('accepted');
    expect(said(account.settle('h2', { completedAt: account.now }))).toBe('accepted');
    expect(account.pack('p1')).toBe('1 0 2 0 0');
  });
});
