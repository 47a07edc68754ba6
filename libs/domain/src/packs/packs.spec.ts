import { describe, expect, it } from '@jest/globals';
import { type AccountDriver, money, opened, said } from '../../../../test/support/account-driver.ts';
import { calls, expiry, last, parts, ttlMs, withPacks } from '../../../../test/support/pack-scenarios.ts';

const dayMs = 86_400_000;

describe('buying a pack', () => {
  it('takes its price from available, equality being enough', () => {
    const account = opened('9.99999999', { priceBook: 'test' });
    expect(said(account.acquirePack('p1'))).toBe('insufficient_available_balance');
    account.deposit('d1', '0.00000001');
    expect(said(account.acquirePack('p1'))).toBe('accepted');
    expect(parts(account)).toBe('0 0 0 10');
    expect(account.pack('p1')).toBe('3 0 0 0 0');
  });

  it('is not paid by credit, nor by what is frozen', () => {
    const account = opened('10', { priceBook: 'test', creditLimit: money('100') });
    account.freeze('h1', { amount: '0.00000001' });
    expect(account.acquirePack('p1')).toMatchObject({
      refusal: { code: 'insufficient_available_balance', facts: { required: '10', enoughIfUnfrozen: true } },
    });
  });

  it.each([
    ['a size that is not sold', { units: 4 }, 'unknown_product units'],
    ['a trial pack', { units: 2 }, 'unknown_product units'],
    ['a family that there is not', { family: 'none' }, 'unknown_product units'],
  ])('is not possible for %s', (_, change, answer) => {
    expect(said(withPacks().acquirePack('p1', change))).toBe(answer);
  });

  it('is not possible without a price book, while suspended, or when closed', () => {
    const plain = opened('100', { priceBook: null });
    expect(said(plain.acquirePack('p1'))).toBe('unknown_product units');
    const account = opened('0', { priceBook: 'test' });
    account.status('suspend', 's1');
    expect(said(account.acquirePack('p1'))).toBe('account_suspended');
    account.close('c1');
    expect(said(account.acquirePack('p1'))).toBe('account_closed');
  });

  it('is carried out once under its id, and refuses the id for another content', () => {
    const account = withPacks(3);
    expect(said(account.acquirePack('p1'))).toBe('replayed');
    expect(said(account.acquirePack('p1', { units: 7 }))).toBe('idempotency_conflict units');
    expect(said(account.acquirePack('p1', { family: 'x' }))).toBe('idempotency_conflict family');
    expect(said(account.acquirePack('p1', { how: 'trial' }))).toBe('idempotency_conflict kind');
    account.restart();
    expect(said(account.acquirePack('p1'))).toBe('replayed');
    expect(account.state.packs.size).toBe(1);
  });
});

describe('granted and trial packs', () => {
  it('a grant is given by an operator, with a reason, for nothing', () => {
    const account = withPacks();
    const grant = { how: 'grant', units: 5, reason: 'goodwill' } as const;
    expect(said(account.acquirePack('p1', grant))).toBe('forbidden');
    account.operator = true;
    expect(said(account.acquirePack('p1', { ...grant, reason: null }))).toBe('invalid_request reason');
    expect(said(account.acquirePack('p1', { ...grant, family: 'none' }))).toBe('unknown_product family');
    expect(said(account.acquirePack('p1', grant))).toBe('accepted');
    expect(said(account.acquirePack('p1', { ...grant, reason: 'other' }))).toBe('idempotency_conflict reason');
    expect(parts(account)).toBe('1000 0 0 0');
    expect(account.pack('p1')).toBe('5 0 0 0 0');
  });

  it('a purchase and a trial have no reason', () => {
    const account = withPacks();
    expect(said(account.acquirePack('p1', { reason: 'why' }))).toBe('invalid_request reason');
    expect(said(account.acquirePack('p1', { how: 'trial', units: 2, reason: 'why' }))).toBe('invalid_request reason');
  });

  it('a trial is taken once per family, for ever', () => {
    const account = withPacks();
    expect(said(account.acquirePack('p1', { how: 'trial', units: 3 }))).toBe('unknown_product units');
    expect(said(account.acquirePack('p1', { how: 'trial', units: 2 }))).toBe('accepted');
    expect(said(account.acquirePack('p2', { how: 'trial', units: 2 }))).toBe('trial_already_taken');
    account.now += 400 * dayMs;
    account.acquirePack('p3');
    account.restart();
    expect(account.pack('p1')).toBe('none');
    expect(said(account.acquirePack('p4', { how: 'trial', units: 2 }))).toBe('trial_already_taken');
  });
});

describe('a freeze', () => {
  it('takes pack units first and freezes money for the rest', () => {
    const account = withPacks(3);
    expect(calls(account, 'h1', 5)).toBe('accepted');
    expect(parts(account)).toBe('986 4 0 10');
    expect(account.pack('p1')).toBe('0 3 0 0 0');
    expect(last(account, 'funds-frozen.v1')).toMatchObject({
      quantity: 5,
      amount: '4',
      maxLateCharge: '10',
      packs: [{ packId: 'p1', units: 3 }],
      pricing: { unitsCharged: 0 },
    });
  });

  it('takes from the pack that expires soonest, then from the one bought first', () => {
    const account = withPacks(7);
    account.acquirePack('p2', { units: 3 });
    account.now += dayMs;
    account.acquirePack('p3', { units: 3 });
    calls(account, 'h1', 12);
    expect(last(account, 'funds-frozen.v1')).toMatchObject({
      packs: [
        { packId: 'p1', units: 7 },
        { packId: 'p2', units: 3 },
        { packId: 'p3', units: 2 },
      ],
    });
    expect(account.pack('p3')).toBe('1 2 0 0 0');
  });

  it('passes over packs with nothing left, and over those of other families', () => {
    const account = withPacks(3, 3);
    calls(account, 'h1', 3);
    calls(account, 'h2', 1);
    expect(last(account, 'funds-frozen.v1')).toMatchObject({ packs: [{ packId: 'p2', units: 1 }] });
    account.freeze('h3', { product: 'gratis' });
    expect(last(account, 'funds-frozen.v1')).toMatchObject({ packs: null });
  });

  it('of an account that can pay neither with packs nor with money is refused', () => {
    const account = opened('10', { priceBook: 'test' });
    account.acquirePack('p1');
    expect(calls(account, 'h1', 4)).toBe('insufficient_available_balance');
    expect(calls(account, 'h1', 3)).toBe('accepted');
  });
});

describe('a settle', () => {
  it('consumes pack units first, in reservation order, and charges the rest in money', () => {
    const account = withPacks(3, 3);
    calls(account, 'h1', 8);
    account.settle('h1', { quantity: 7 });
    expect(last(account, 'hold-settled.v1')).toMatchObject({
      quantity: 7,
      amount: '2',
      returned: '2',
      lines: [{ from: 1, units: 1, price: '2', amount: '2' }],
      packs: [
        { packId: 'p1', units: 3, recognised: '10', listPrice: '6' },
        { packId: 'p2', units: 3, recognised: '10', listPrice: '6' },
      ],
      forfeited: null,
    });
    expect(account.pack('p2')).toBe('0 0 3 0 0');
  });

  it('of a part gives the other units back to their own packs', () => {
    const account = withPacks(3, 3);
    calls(account, 'h1', 6);
    account.settle('h1', { quantity: 2 });
    expect([account.pack('p1'), account.pack('p2')]).toEqual(['1 0 2 0 0', '3 0 0 0 0']);
  });

  it('recognises price x k / N rounded down, and the whole price with the last unit', () => {
    const account = withPacks(3);
    const recognised = ['h1', 'h2', 'h3'].map((holdId) => {
      calls(account, holdId, 1);
      account.settle(holdId);
      return last(account, 'hold-settled.v1');
    });
    expect(recognised).toMatchObject([
      { packs: [{ recognised: '3.33333333' }] },
      { packs: [{ recognised: '3.33333333' }] },
      { packs: [{ recognised: '3.33333334' }] },
    ]);
  });

  it('does not move the money tiers by pack units', () => {
    const account = withPacks(3);
    calls(account, 'h1', 3);
    account.settle('h1');
    expect(account.state.unitsCharged.size).toBe(0);
    calls(account, 'h2', 6);
    account.settle('h2');
    expect(parts(account)).toBe('978.5 0 11.5 10');
  });

  it('of a match product consumes on a match, and gives all back on a mismatch', () => {
    const account = withPacks(3);
    calls(account, 'h1', 2, 'matched-call');
    account.settle('h1', { outcome: 'mismatch' });
    expect(last(account, 'hold-released.v1')).toMatchObject({ reason: 'not-billable', forfeited: null });
    expect(account.pack('p1')).toBe('3 0 0 0 0');
    calls(account, 'h2', 2, 'matched-call');
    account.settle('h2');
    expect(account.pack('p1')).toBe('1 0 2 0 0');
  });

  it('is given the same answer when it comes again', () => {
    const account = withPacks(3);
    calls(account, 'h1', 2);
    const first = account.settle('h1', { quantity: 1 });
    expect(account.settle('h1', { quantity: 1 })).toMatchObject({
      kind: 'replayed',
      hold: (first as { hold: object }).hold,
    });
    expect(said(account.settle('h1'))).toBe('hold_already_settled quantity');
  });
});

describe('a hold that ends unused', () => {
  it('brings its units back to their own packs, by release and by expiry', () => {
    const account = withPacks(3, 3);
    calls(account, 'h1', 4);
    calls(account, 'h2', 2);
    account.release('h1');
    expect([account.pack('p1'), account.pack('p2')]).toEqual(['3 0 0 0 0', '1 2 0 0 0']);
    account.now += ttlMs;
    account.expireDue();
    expect(account.pack('p2')).toBe('3 0 0 0 0');
  });
});

describe('a pack that expires', () => {
  it('does so one calendar year later at the same local time, at that very instant', () => {
    const account = withPacks(3);
    const end = expiry(account, 'p1');
    expect(new Date(end).toISOString()).toBe('2027-01-29T04:00:00.000Z');
    account.now = end - 1;
    account.expireDue();
    expect(calls(account, 'h1', 3)).toBe('accepted');
    account.release('h1');
    account.now = end;
    expect(calls(account, 'h2', 1)).toBe('accepted');
    expect(last(account, 'pack-expired.v1')).toEqual({ at: end, packId: 'p1', units: 3, amount: '10' });
    expect(last(account, 'funds-frozen.v1')).toMatchObject({ packs: null, amount: '2' });
    expect(account.pack('p1')).toBe('0 0 0 3 0');
  });

  it('of 29 February ends on 28 February', () => {
    const account = withPacks();
    account.now = Date.UTC(2028, 1, 29, 2, 3, 4, 5);
    account.acquirePack('p1');
    expect(new Date(expiry(account, 'p1')).toISOString()).toBe('2029-02-28T02:03:04.005Z');
  });

  /** Two units are reserved just before the expiry. */
  function aroundExpiry(): AccountDriver {
    const account = withPacks(3);
    account.now = expiry(account, 'p1') - 1_000;
    calls(account, 'h1', 2);
    account.now = expiry(account, 'p1');
    account.expireDue();
    return account;
  }

  it('recognises only what remains in it; what is reserved ends with its hold', () => {
    const account = aroundExpiry();
    expect(last(account, 'pack-expired.v1')).toMatchObject({ units: 1, amount: '3.33333333' });
    expect(account.pack('p1')).toBe('0 2 0 1 0');
  });

  it('is consumed by a settle of units that were reserved before', () => {
    const account = aroundExpiry();
    account.settle('h1', { quantity: 1 });
    expect(last(account, 'hold-settled.v1')).toMatchObject({
      amount: '0',
      packs: [{ packId: 'p1', units: 1, recognised: '3.33333333' }],
      forfeited: [{ packId: 'p1', units: 1, amount: '3.33333334' }],
    });
    expect(account.pack('p1')).toBe('0 0 1 2 0');
  });

  it('forfeits what comes back to it, visibly', () => {
    const released = aroundExpiry();
    released.release('h1');
    expect(last(released, 'hold-released.v1')).toMatchObject({
      forfeited: [{ packId: 'p1', units: 2, amount: '6.66666667' }],
    });
    const expired = aroundExpiry();
    expired.now += ttlMs;
    expired.expireDue();
    expect(last(expired, 'hold-expired.v1')).toMatchObject({ forfeited: [{ packId: 'p1', units: 2 }] });
    expect(expired.pack('p1')).toBe('0 0 0 3 0');
  });

  it('at the deadline of a hold forfeits its units: the hold ends first, and the pack is expired at that instant', () => {
    const account = withPacks(3);
    account.now = expiry(account, 'p1') - ttlMs;
    calls(account, 'h1', 2);
    account.now = expiry(account, 'p1');
    account.expireDue();
    expect(account.events.slice(-2)).toMatchObject([
      { type: 'hold-expired.v1', data: { forfeited: [{ packId: 'p1', units: 2, amount: '6.66666666' }] } },
      { type: 'pack-expired.v1', data: { units: 1, amount: '3.33333334' } },
    ]);
  });

  it('one millisecond after the deadline of a hold has its units back first', () => {
    const account = withPacks(3);
    account.now = expiry(account, 'p1') - ttlMs - 1;
    calls(account, 'h1', 2);
    account.now = expiry(account, 'p1');
    account.expireDue();
    expect(account.events.slice(-2)).toMatchObject([
      { type: 'hold-expired.v1', data: { forfeited: null } },
      { type: 'pack-expired.v1', data: { units: 3 } },
    ]);
  });

  it('is forgotten when another pack comes, once no hold could be settled late from it', () => {
    const account = aroundExpiry();
    account.release('h1');
    const deadline = expiry(account, 'p1') - 1_000 + ttlMs;
    account.now = deadline + dayMs - 1;
    account.acquirePack('p2');
    expect(account.pack('p1')).toBe('0 0 0 3 0');
    account.now += 1;
    account.acquirePack('p3');
    expect(account.pack('p1')).toBe('none');
    expect(said(account.acquirePack('p1'))).toBe('replayed');
    expect(said(account.refundPack('p1', 'r1'))).toBe('pack_not_refundable');
  });
});
