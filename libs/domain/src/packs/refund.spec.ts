import { describe, expect, it } from '@jest/globals';
import { packGoodwillMs, packReturnMs } from '#domain';
import { opened, said } from '../../../../test/support/account-driver.ts';
import { calls, expiry, last, parts, ttlMs, withPacks } from '../../../../test/support/pack-scenarios.ts';

const dayMs = 86_400_000;

describe('a refund of a pack', () => {
  it('gives back the money paid for an unused pack, and ends it', () => {
    const account = withPacks(100);
    account.now += packReturnMs;
    expect(said(account.refundPack('p1', 'r1'))).toBe('accepted');
    expect(last(account, 'pack-refunded.v1')).toMatchObject({ amount: '100', recognised: '0', units: 100 });
    expect([account.pack('p1'), parts(account)]).toEqual(['0 0 0 0 100', '1000 0 0 0']);
    calls(account, 'h1', 1);
    expect(last(account, 'funds-frozen.v1')).toMatchObject({ packs: null });
    account.now = expiry(account, 'p1');
    account.expireDue();
    expect(last(account, 'pack-expired.v1')).toBeUndefined();
  });

  it('takes off each consumed unit at the price its product had without a pack, never below zero', () => {
    const account = withPacks(100);
    calls(account, 'h1', 10);
    account.settle('h1');
    calls(account, 'h2', 2, 'dear-call');
    account.settle('h2');
    expect(said(account.refundPack('p1', 'r1'))).toBe('accepted');
    // 100 paid, less 10 x 2 and 2 x 7; 12 units of 100 are revenue already.
    expect(last(account, 'pack-refunded.v1')).toMatchObject({ amount: '66', recognised: '22', units: 88 });
    const spent = withPacks(100);
    calls(spent, 'h1', 50);
    spent.settle('h1');
    expect(said(spent.refundPack('p1', 'r1'))).toBe('accepted');
    expect(last(spent, 'pack-refunded.v1')).toMatchObject({ amount: '0', recognised: '50', units: 50 });
  });

  it('is the customer’s own at 5 x 24 hours, and no longer a millisecond later', () => {
    const account = withPacks(100, 100);
    account.now += packReturnMs;
    expect(said(account.refundPack('p1', 'r1'))).toBe('accepted');
    account.now += 1;
    expect(said(account.refundPack('p2', 'r2'))).toBe('forbidden');
  });

  it('after 5 x 24 hours is an operator’s, with an amount within what is still owed, and a reason', () => {
    const account = withPacks(100);
    calls(account, 'h1', 10);
    account.settle('h1');
    account.now += packReturnMs + 1;
    expect(said(account.refundPack('p1', 'r1', '90', 'why'))).toBe('forbidden');
    account.operator = true;
    expect(said(account.refundPack('p1', 'r1', null, 'why'))).toBe('invalid_request amount');
    expect(said(account.refundPack('p1', 'r1', '90'))).toBe('invalid_request reason');
    expect(account.refundPack('p1', 'r1', '90.00000001', 'why')).toMatchObject({
      refusal: { code: 'pack_not_refundable', facts: { refundable: '90' } },
    });
    expect(said(account.refundPack('p1', 'r1', '90', 'why'))).toBe('accepted');
    expect(parts(account)).toBe('990 0 0 10');
  });

  it('is possible at 180 x 24 hours, and no longer a millisecond later', () => {
    const account = withPacks(100, 100);
    account.operator = true;
    account.now += packGoodwillMs;
    expect(said(account.refundPack('p1', 'r1', '1', 'why'))).toBe('accepted');
    account.now += 1;
    expect(said(account.refundPack('p2', 'r2', '1', 'why'))).toBe('pack_not_refundable');
  });

  it('is refused while a hold has units of the pack, or could still be settled late from it', () => {
    const account = withPacks(100);
    calls(account, 'h1', 1);
    expect(said(account.refundPack('p1', 'r1'))).toBe('pack_in_use');
    account.now += 60_000;
    account.release('h1');
    expect(said(account.refundPack('p1', 'r1'))).toBe('pack_in_use');
    account.now += ttlMs - 60_000 + dayMs - 1;
    expect(said(account.refundPack('p1', 'r1'))).toBe('pack_in_use');
    account.now += 1;
    expect(said(account.refundPack('p1', 'r1'))).toBe('accepted');
  });

  it('is not held up by a release that had nothing to bill, or by a late settle that has come', () => {
    const account = withPacks(100);
    calls(account, 'h1', 1, 'matched-call');
    account.settle('h1', { outcome: 'mismatch' });
    calls(account, 'h2', 1);
    const openedAt = account.now;
    account.now += ttlMs;
    account.settle('h2', { completedAt: openedAt });
    expect(said(account.refundPack('p1', 'r1'))).toBe('accepted');
  });

  it('is refused for granted and trial packs, and for such as are used up, expired, refunded or unknown', () => {
    const account = withPacks(3);
    account.operator = true;
    account.acquirePack('g1', { how: 'grant', units: 1, reason: 'gift' });
    account.acquirePack('t1', { how: 'trial', units: 2 });
    expect(said(account.refundPack('g1', 'r1'))).toBe('pack_not_refundable');
    expect(said(account.refundPack('t1', 'r1'))).toBe('pack_not_refundable');
    expect(said(account.refundPack('p9', 'r1'))).toBe('pack_not_found');
    account.refundPack('p1', 'r1');
    expect(said(account.refundPack('p1', 'r2'))).toBe('pack_not_refundable');
  });

  it('is carried out once under its id', () => {
    const account = withPacks(3, 3);
    account.refundPack('p1', 'r1');
    expect(said(account.refundPack('p1', 'r1'))).toBe('replayed');
    expect(said(account.refundPack('p1', 'r1', '10'))).toBe('replayed');
    expect(said(account.refundPack('p1', 'r1', '9'))).toBe('idempotency_conflict amount');
    expect(said(account.refundPack('p2', 'r1'))).toBe('idempotency_conflict packId');
    expect(said(account.refundPack('p1', 'r1', null, 'why'))).toBe('idempotency_conflict reason');
  });
});

describe('closing an account with packs', () => {
  it('is refused while there are units left, unless they are to be lost', () => {
    const account = opened('10', { priceBook: 'test' });
    account.acquirePack('p1');
    calls(account, 'h1', 1);
    account.settle('h1');
    expect(account.close('c1')).toMatchObject({ refusal: { code: 'account_not_empty', facts: { packs: 1 } } });
    expect(said(account.close('c1', true))).toBe('accepted');
    expect(last(account, 'account-closed.v1')).toMatchObject({
      forfeitPacks: true,
      forfeited: [{ packId: 'p1', units: 2, amount: '6.66666667' }],
    });
    expect(said(account.close('c1', true))).toBe('replayed');
    expect(said(account.close('c1'))).toBe('idempotency_conflict forfeitPacks');
    account.now = expiry(account, 'p1');
    account.expireDue();
    expect(last(account, 'pack-expired.v1')).toBeUndefined();
  });

  it('needs no permission for packs that are used up', () => {
    const account = opened('10', { priceBook: 'test' });
    account.acquirePack('p1');
    calls(account, 'h1', 3);
    account.settle('h1');
    expect(said(account.close('c1'))).toBe('accepted');
  });
});
