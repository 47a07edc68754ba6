import { describe, expect, it } from '@jest/globals';
import { lateWindowMs } from '#domain';
import {
  type AccountDriver,
  attemptsMax,
  evidence,
  opened,
  said,
  start,
} from '../../../../test/support/account-driver.ts';

const ttlMs = 1_800_000;

describe('a freeze', () => {
  it('sets the price aside, and equality of the balance is enough', () => {
    const account = opened('0.85');
    expect(said(account.freeze('h1'))).toBe('accepted');
    expect(account.money).toBe('0 0.85 0');
  });

  it('is refused when the money is there but frozen, and says so', () => {
    const account = opened('1');
    account.freeze('h1');
    const decision = account.freeze('h2');
    expect(decision).toMatchObject({
      refusal: {
        code: 'insufficient_available_balance',
        facts: { available: '0.15', frozen: '0.85', required: '0.85', enoughIfUnfrozen: true },
      },
    });
  });

  it('may use the credit limit to its last unit and no further', () => {
    const account = opened('0', { creditLimit: 170_000_000n as never });
    expect([said(account.freeze('h1')), said(account.freeze('h2')), said(account.freeze('h3'))]).toEqual([
      'accepted',
      'accepted',
      'insufficient_available_balance',
    ]);
  });

  it('refuses in the stated order', () => {
    const closed = opened('0');
    closed.status('close', 'c1');
    expect(said(closed.freeze('h1', { product: 'nothing' }))).toBe('account_closed');
    const account = opened('0.5', { limits: { openHolds: 1, frozen: 100_000_000n as never, dailySpend: null } });
    account.status('suspend', 's1');
    expect(said(account.freeze('h1', { product: 'nothing' }))).toBe('account_suspended');
    account.status('resume', 's2');
    expect(said(account.freeze('h1', { product: 'nothing', budget: 'b' }))).toBe('unknown_product product');
    expect(said(account.freeze('h1', { budget: 'b' }))).toBe('unknown_budget budget');
    account.freeze('h1', { amount: '0.3' });
    expect(said(account.freeze('h2', { quantity: 2 }))).toBe('too_many_open_holds');
    account.release('h1');
    expect(said(account.freeze('h2', { quantity: 2 }))).toBe('frozen_limit_exceeded');
    expect(said(account.freeze('h2'))).toBe('insufficient_available_balance');
  });

  it('needs an agreed price', () => {
    const account = opened('10', { priceBook: 'test' });
    expect(said(account.freeze('h1', { product: 'negotiated', budget: 'b' }))).toBe('price_not_agreed product');
  });

  it('counts what a day’s holds have frozen and charged against the daily spend, in the account’s own day', () => {
    const account = opened('10', { limits: { openHolds: null, frozen: null, dailySpend: 100_000_000n as never } });
    account.freeze('h1', { amount: '0.6' });
    expect(said(account.freeze('h2', { amount: '0.5' }))).toBe('spend_limit_exceeded');
    account.settle('h1', { amount: '0.5' });
    expect(said(account.freeze('h2', { amount: '0.5' }))).toBe('accepted');
    expect(said(account.freeze('h3', { amount: '0.1' }))).toBe('spend_limit_exceeded');
    account.now += 24 * 3_600_000;
    expect(said(account.freeze('h3', { amount: '1' }))).toBe('accepted');
  });

  it('with a life shorter than its credential needs an operator', () => {
    const account = opened();
    expect(said(account.freeze('h1', { ttlSeconds: 1_799 }))).toBe('forbidden ttlSeconds');
    account.operator = true;
    expect(said(account.freeze('h1', { ttlSeconds: 1 }))).toBe('accepted');
  });

  it('is not taken while the account’s last event is more than 60 s ahead of the clock; its holds may end', () => {
    const account = opened();
    account.freeze('h1');
    account.wallClock = start - 60_000;
    expect(said(account.freeze('h2'))).toBe('accepted');
    account.wallClock = start - 60_001;
    expect(said(account.freeze('h3'))).toBe('clock_untrusted');
    expect(said(account.freeze('h1'))).toBe('replayed');
    expect(said(account.settle('h1'))).toBe('accepted');
  });

  it('of a table whose prices rise sets aside the most that the units can come to', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { product: 'first-ten-free', quantity: 3 });
    expect(account.money).toBe('97 3 0');
    account.settle('h1');
    expect(account.money).toBe('100 0 0');
  });
});

describe('the deadline', () => {
  it('lets a hold be settled one millisecond before it, and refuses to settle at it although nothing has swept', () => {
    const account = opened();
    account.freeze('h1');
    account.freeze('h2');
    account.now = start + ttlMs - 1;
    expect(said(account.settle('h1'))).toBe('accepted');
    account.now = start + ttlMs;
    expect(said(account.settle('h2'))).toBe('hold_expired');
    expect(account.events.at(-1)).toEqual({
      type: 'hold-expired.v1',
      data: { at: start + ttlMs, holdId: 'h2', amount: '0.85', forfeited: null },
    });
  });

  it('is the time of the expiry, however late it is noticed, in the order of deadlines and then of openings', () => {
    const account = opened();
    account.freeze('h1', { amount: '1', ttlSeconds: 20 });
    account.freeze('h2', { amount: '1', ttlSeconds: 10 });
    account.freeze('h3', { amount: '1', ttlSeconds: 10 });
    account.now += 3_600_000;
    account.send({ kind: 'expire-due' });
    const expiries = account.events.filter(({ type }) => type === 'hold-expired.v1');
    expect(expiries.map(({ data }) => ['holdId' in data && data.holdId, data.at - start])).toEqual([
      ['h2', 10_000],
      ['h3', 10_000],
      ['h1', 20_000],
    ]);
  });
});

describe('a settle', () => {
  it('charges mismatch like match, and gives the rest back at once', () => {
    const account = opened();
    account.freeze('h1', { quantity: 3 });
    expect(said(account.settle('h1', { outcome: 'mismatch', quantity: 2 }))).toBe('accepted');
    expect(account.money).toBe('98.3 0 1.7');
  });

  it('of a product billed by match releases a mismatch as not billable', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { product: 'by-match' });
    expect(account.settle('h1', { outcome: 'mismatch' })).toMatchObject({
      events: [{ type: 'hold-released.v1', data: { reason: 'not-billable' } }],
    });
    expect(said(account.settle('h1', { outcome: 'mismatch' }))).toBe('replayed');
    expect(said(account.settle('h1'))).toBe('hold_already_released outcome');
    expect(account.money).toBe('100 0 0');
  });

  it('refuses what does not fit the hold', () => {
    const account = opened();
    account.freeze('plain', { amount: '1' });
    account.freeze('priced');
    expect(said(account.settle('none'))).toBe('hold_not_found');
    expect(said(account.settle('plain', { amount: '1.00000001' }))).toBe('settle_amount_exceeds_hold amount');
    expect(said(account.settle('plain', { quantity: 1 }))).toBe('invalid_request quantity');
    expect(said(account.settle('priced', { amount: '0.5' }))).toBe('invalid_request amount');
    expect(said(account.settle('priced', { quantity: 2 }))).toBe('settle_amount_exceeds_hold quantity');
    expect(said(account.settle('plain', { amount: '0' }))).toBe('accepted');
  });

  it('answers again for the same content and names the field that differs otherwise', () => {
    const account = opened();
    account.freeze('h1', { amount: '1' });
    account.settle('h1');
    expect(said(account.settle('h1', { amount: '1', completedAt: 5, evidence }))).toBe('replayed');
    expect(said(account.settle('h1', { amount: '0.5' }))).toBe('hold_already_settled amount');
    expect(said(account.release('h1'))).toBe('hold_already_settled');
    expect(said(account.fail('h1', 'a1'))).toBe('hold_already_settled');
  });
});

describe('a late settle', () => {
  function expired(money = '100'): AccountDriver {
    const account = opened(money);
    account.freeze('h1');
    account.now = start + ttlMs;
    return account;
  }

  it('charges an expired hold when the verification completed while the credential was good', () => {
    const account = expired();
    expect(said(account.settle('h1', { completedAt: start + ttlMs - 1 }))).toBe('accepted');
    expect(account.money).toBe('99.15 0 0.85');
    expect(said(account.settle('h1', { completedAt: 1 }))).toBe('replayed');
    expect(said(account.settle('h1', { outcome: 'mismatch' }))).toBe('hold_already_settled outcome');
  });

  it('is open from the opening to the millisecond before the deadline, and for less than 24 hours after it', () => {
    const account = expired();
    expect(said(account.settle('h1'))).toBe('hold_expired');
    expect(said(account.settle('h1', { completedAt: start - 1 }))).toBe('completed_at_invalid');
    expect(said(account.settle('h1', { completedAt: start + ttlMs }))).toBe('completed_at_invalid');
    account.now = start + ttlMs + lateWindowMs;
    expect(said(account.settle('h1', { completedAt: start }))).toBe('hold_expired');
    account.now -= 1;
    const inTime = expired();
    inTime.now = start + ttlMs + lateWindowMs - 1;
    expect(said(inTime.settle('h1', { completedAt: start }))).toBe('accepted');
  });

  it('charges a released hold too, whatever limits and suspension say, but not a closed account', () => {
    const account = opened();
    account.freeze('h1');
    account.release('h1');
    account.status('suspend', 's1');
    expect(said(account.settle('h1'))).toBe('hold_already_released');
    expect(said(account.settle('h1', { completedAt: start }))).toBe('accepted');
    expect(said(account.release('h1'))).toBe('replayed');
    expect(said(account.release('h1', 'otherwise'))).toBe('hold_already_settled');
  });

  it('that the balance cannot pay is recorded once and may still succeed', () => {
    const account = expired('0.85');
    account.send({ kind: 'withdraw', withdrawalId: 'w1', amount: 85_000_000n as never, reference: null });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(said(account.settle('h1', { completedAt: start }))).toBe('insufficient_available_balance');
    }
    expect(account.events.filter(({ type }) => type === 'charge-uncollected.v1')).toHaveLength(1);
    account.deposit('d1', '1');
    expect(said(account.settle('h1', { completedAt: start }))).toBe('accepted');
  });
});

describe('a failed call and a release', () => {
  it('leave and end the hold: after a failure a credential exists, so only an operator may release', () => {
    const account = opened();
    account.freeze('h1');
    expect(said(account.fail('h1', 'a1'))).toBe('accepted');
    expect(said(account.fail('h1', 'a1'))).toBe('replayed');
    expect(said(account.fail('h1', 'a1', 'other'))).toBe('idempotency_conflict reason');
    expect(said(account.release('h1'))).toBe('credential_outstanding');
    account.operator = true;
    expect(said(account.release('h1'))).toBe('accepted');
    expect(account.money).toBe('100 0 0');
  });

  it('are bounded: a hold records at most 100 attempts', () => {
    const account = opened();
    account.freeze('h1');
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) account.fail('h1', `a${String(attempt)}`);
    expect(said(account.fail('h1', 'one-more'))).toBe('too_many_attempts');
    expect(said(account.fail('h1', 'a7'))).toBe('replayed');
  });

  it('may not use the reserved reason', () => {
    const account = opened();
    account.freeze('h1');
    expect(said(account.release('h1', 'not-billable'))).toBe('invalid_request reason');
  });
});
