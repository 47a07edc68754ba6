import { describe, expect, it } from '@jest/globals';
import { aheadMaxMs, bounds, type Decision, defaults, formatMoney } from '#domain';
import { AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const noLimits = { openHolds: null, frozen: null, dailySpend: null };

function facts(decision: Decision): unknown {
  return decision.kind === 'refused' ? decision.refusal.facts : undefined;
}

describe('the life of a hold', () => {
  it('is 1800 seconds by default, and its deadline is in the event that opened it', () => {
    const account = opened();
    expect(account.freeze('h1')).toMatchObject({
      events: [{ type: 'funds-frozen.v1', data: { at: start, expiresAt: start + 1_800_000 } }],
    });
    expect(defaults.ttlSeconds).toBe(1_800);
  });

  it.each([1, 2_592_000])('may be %i seconds', (ttlSeconds) => {
    const account = opened();
    account.freeze('h1', { amount: '1', ttlSeconds });
    account.now = start + ttlSeconds * 1_000 - 1;
    expect(account.expireDue()).toEqual({ kind: 'accepted', events: [] });
    expect(account.money).toBe('99 1 0');
    account.now += 1;
    account.expireDue();
    expect(account.money).toBe('100 0 0');
    expect(bounds.ttlSecondsMax).toBe(2_592_000);
  });

  it('of a product with a credential may equal the credential’s life without an operator, and no less', () => {
    const account = opened();
    expect(said(account.freeze('h1', { ttlSeconds: 1_800 }))).toBe('accepted');
    expect(account.freeze('h2', { ttlSeconds: 1_799 })).toMatchObject({
      refusal: { code: 'forbidden', field: 'ttlSeconds', facts: { credentialSeconds: 1_800 } },
    });
    account.operator = true;
    expect(said(account.freeze('h2', { ttlSeconds: 1_799 }))).toBe('accepted');
  });

  it('of a plain hold, or of a product without a credential, may be short without an operator', () => {
    const account = opened('100', { priceBook: 'test' });
    expect(said(account.freeze('h1', { amount: '1', ttlSeconds: 1 }))).toBe('accepted');
    expect(said(account.freeze('h2', { product: 'by-match', ttlSeconds: 1 }))).toBe('accepted');
  });
});

describe('what a freeze sets aside', () => {
  it('is the price of one unit by default, and of up to a million', () => {
    const account = opened('999999999');
    account.freeze('h1');
    account.freeze('h2', { quantity: bounds.quantityMax });
    expect(account.state.openHolds.get('h1')?.opening).toMatchObject({ quantity: 1, amount: '0.85' });
    expect(account.state.openHolds.get('h2')?.opening).toMatchObject({ quantity: 1_000_000, amount: '510500' });
  });

  it('is priced from the units charged so far, not from those that are only frozen', () => {
    const account = opened('999999');
    account.freeze('h1', { quantity: 10_000 });
    account.freeze('h2', { quantity: 2 });
    expect(account.state.openHolds.get('h2')?.opening.amount).toBe('1.7');
    account.settle('h1');
    account.freeze('h3', { quantity: 2 });
    expect(account.state.openHolds.get('h3')?.opening.amount).toBe('1.6');
    account.settle('h3');
    expect(account.settle('h2')).toMatchObject({ events: [{ data: { amount: '1.6', returned: '0.1' } }] });
  });

  it('is answered again as it was, though the same would cost something else by now: the price is not content', () => {
    const account = opened('999999');
    const first = account.freeze('h1', { quantity: 10_000 });
    account.settle('h1');
    const again = account.freeze('h1', { quantity: 10_000 });
    if (first.kind !== 'accepted' || again.kind !== 'replayed') throw new TypeError('a freeze again is replayed');
    expect(again.event).toEqual(first.events[0]);
    expect(account.freeze('h2', { quantity: 10_000 })).toMatchObject({ events: [{ data: { amount: '8000' } }] });
  });

  it('is written with its derivation: book, table, counter, year and units charged so far', () => {
    const account = opened('999999');
    account.freeze('h1', { quantity: 9_999 });
    account.settle('h1');
    account.freeze('h2', { quantity: 3 });
    expect(account.state.openHolds.get('h2')?.opening).toMatchObject({
      amount: '2.45',
      maxLateCharge: '2.45',
      pricing: {
        book: 'dcloud-2023@1',
        basis: 'completed',
        counter: 'face-verify',
        year: '2026-01-29',
        unitsCharged: 9_999,
      },
    });
  });

  it('begins again from zero with the agreement year; a hold belongs to the year in which it was opened', () => {
    const account = opened('999999', { agreementStart: '2025-01-30' });
    account.freeze('old-1', { quantity: 10_000 });
    account.settle('old-1');
    // 23:59:59.999 of the year's last day in Shanghai.
    account.now = Date.UTC(2026, 0, 29, 16) - 1;
    account.freeze('old-2');
    account.now += 1;
    account.freeze('new-1');
    account.settle('old-2');
    account.settle('new-1');
    const charges = account.events.flatMap((event) => (event.type === 'hold-settled.v1' ? [event.data.lines] : []));
    expect(charges.slice(1)).toEqual([
      [{ from: 10_001, units: 1, price: '0.8', amount: '0.8' }],
      [{ from: 1, units: 1, price: '0.85', amount: '0.85' }],
    ]);
  });

  it('of a product that shares a counter with another is priced by its own table at the common position', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { product: 'flat-on-free', quantity: 9 });
    account.settle('h1');
    account.freeze('h2', { product: 'first-ten-free', quantity: 2 });
    expect(account.settle('h2')).toMatchObject({
      events: [
        {
          data: {
            amount: '1',
            returned: '1',
            lines: [
              { from: 10, units: 1, price: '0', amount: '0' },
              { from: 11, units: 1, price: '1', amount: '1' },
            ],
          },
        },
      ],
    });
  });
});

describe('the balance', () => {
  it('suffices when it equals the price, and not when it is 0.00000001 less', () => {
    expect(said(opened('0.85').freeze('h1'))).toBe('accepted');
    expect(said(opened('0.84999999').freeze('h1'))).toBe('insufficient_available_balance');
  });

  it('with credit suffices when available - amount equals -creditLimit, and not below', () => {
    const account = opened('0.15', { creditLimit: money('0.7') });
    expect(said(account.freeze('h1', { amount: '0.85000001' }))).toBe('insufficient_available_balance');
    expect(said(account.freeze('h1', { amount: '0.85' }))).toBe('accepted');
    expect(account.money).toBe('-0.7 0.85 0');
  });

  it('that is not enough is refused with available, frozen and required', () => {
    const account = opened('1');
    account.freeze('h1', { amount: '0.9' });
    expect(facts(account.freeze('h2', { amount: '1.00000001' }))).toEqual({
      available: '0.1',
      frozen: '0.9',
      required: '1.00000001',
    });
    expect(facts(account.freeze('h2', { amount: '1' }))).toEqual({
      available: '0.1',
      frozen: '0.9',
      required: '1',
      enoughIfUnfrozen: true,
    });
  });
});

describe('a freeze’s refusals, where two apply, come in the stated order', () => {
  const pairs: [first: string, second: string, answer: string, run: () => Decision][] = [
    [
      'account unknown',
      'anything else',
      'account_not_found',
      () => new AccountDriver().freeze('h1', { product: 'nothing' }),
    ],
    ['same id, same content', 'account closed', 'replayed', () => closedWith('h1').freeze('h1', { amount: '1' })],
    [
      'same id, other content',
      'account closed',
      'idempotency_conflict amount',
      () => closedWith('h1').freeze('h1', { amount: '2' }),
    ],
    [
      'same id, same content',
      'clock untrusted',
      'replayed',
      () => ahead(opened('100'), 'h1').freeze('h1', { amount: '1' }),
    ],
    [
      'clock untrusted',
      'account closed',
      'clock_untrusted',
      () => ahead(closedWith('h1')).freeze('h2', { amount: '1' }),
    ],
    ['account closed', 'suspended', 'account_closed', () => closedWith('h1', true).freeze('h2', { amount: '1' })],
    ['suspended', 'unknown product', 'account_suspended', () => suspended().freeze('h1', { product: 'nothing' })],
    [
      'unknown product',
      'unknown budget',
      'unknown_product product',
      () => opened().freeze('h1', { product: 'nothing', budget: 'b' }),
    ],
    [
      'price not agreed',
      'a life shorter than its credential, unknown budget',
      'price_not_agreed product',
      () => opened('1', { priceBook: 'test' }).freeze('h1', { product: 'negotiated', budget: 'b', ttlSeconds: 1 }),
    ],
    [
      'a life shorter than its credential',
      'unknown budget',
      'forbidden ttlSeconds',
      () => opened().freeze('h1', { ttlSeconds: 1, budget: 'b' }),
    ],
    [
      'unknown budget',
      'too many open holds',
      'unknown_budget budget',
      () => full().freeze('h2', { amount: '9', budget: 'b' }),
    ],
    ['too many open holds', 'frozen limit', 'too_many_open_holds', () => full().freeze('h2', { amount: '9' })],
    ['frozen limit', 'spend limit', 'frozen_limit_exceeded', () => tight('5', '5').freeze('h2', { amount: '9' })],
    ['spend limit', 'balance', 'spend_limit_exceeded', () => tight(null, '5').freeze('h2', { amount: '9' })],
    ['balance', 'range', 'insufficient_available_balance', () => brimful().freeze('h2', { amount: '2' })],
  ];

  it.each(pairs)('%s before %s', (_first, _second, answer, run) => {
    expect(said(run())).toBe(answer);
  });

  function closedWith(holdId: string, suspend = false): AccountDriver {
    const account = opened('1');
    account.freeze(holdId, { amount: '1' });
    account.settle(holdId);
    if (suspend) account.status('suspend', 's1');
    expect(said(account.status('close', 'c1'))).toBe('accepted');
    return account;
  }

  /** The wall clock is 60 001 ms behind the account's last event. */
  function ahead(account: AccountDriver, holdId?: string): AccountDriver {
    if (holdId !== undefined) account.freeze(holdId, { amount: '1' });
    account.wallClock = account.now - aheadMaxMs - 1;
    return account;
  }

  function suspended(): AccountDriver {
    const account = opened();
    account.status('suspend', 's1');
    return account;
  }

  /** One hold is open, and no more may be. */
  function full(): AccountDriver {
    const account = opened('1', { limits: { ...noLimits, openHolds: 1, frozen: money('1') } });
    account.freeze('h1', { amount: '1' });
    return account;
  }

  function tight(frozen: string | null, dailySpend: string): AccountDriver {
    return opened('1', {
      limits: { openHolds: null, frozen: frozen === null ? null : money(frozen), dailySpend: money(dailySpend) },
    });
  }

  /** Almost all that an account can ever settle is settled. */
  function brimful(): AccountDriver {
    const account = opened('999999999999999998');
    account.freeze('h1', { amount: '999999999999999998' });
    account.settle('h1');
    account.adjust('a1', '1');
    return account;
  }
});

describe('a guard', () => {
  it('of open holds counts those that are open now, 100 000 by default and up to 10 000 000', () => {
    const account = opened('100', { limits: { ...noLimits, openHolds: 2 } });
    account.freeze('h1', { amount: '1' });
    account.freeze('h2', { amount: '1', ttlSeconds: 10 });
    expect(account.freeze('h3', { amount: '1' })).toMatchObject({
      refusal: { code: 'too_many_open_holds', facts: { limit: 2 } },
    });
    account.now += 10_000;
    expect(said(account.freeze('h3', { amount: '1' }))).toBe('accepted');
    account.settle('h3');
    expect(said(account.freeze('h4', { amount: '1' }))).toBe('accepted');
    expect([defaults.openHoldsMax, bounds.openHoldsMax]).toEqual([100_000, 10_000_000]);
  });

  it('of frozen money allows equality', () => {
    const account = opened('100', { limits: { ...noLimits, frozen: money('2') } });
    account.freeze('h1', { amount: '1.5' });
    expect(account.freeze('h2', { amount: '0.50000001' })).toMatchObject({
      refusal: { code: 'frozen_limit_exceeded', facts: { limit: '2', used: '1.5', required: '0.50000001' } },
    });
    expect(said(account.freeze('h2', { amount: '0.5' }))).toBe('accepted');
  });

  it('of the day’s spend allows equality, and counts a hold on the day of its opening alone, in the account’s zone', () => {
    const account = opened('100', { limits: { ...noLimits, dailySpend: money('2') } });
    const midnight = Date.UTC(2026, 0, 29, 16);
    account.now = midnight - 1;
    account.freeze('late', { amount: '2' });
    expect(said(account.freeze('more', { amount: '0.00000001' }))).toBe('spend_limit_exceeded');
    account.now = midnight;
    expect(said(account.freeze('next', { amount: '2' }))).toBe('accepted');
    account.settle('late', { amount: '0.5' });
    // What came back belongs to yesterday.
    expect(account.freeze('more', { amount: '0.00000001' })).toMatchObject({
      refusal: { code: 'spend_limit_exceeded', facts: { limit: '2', used: '2', required: '0.00000001' } },
    });
  });

  it('of the day’s spend counts a late settle, and never refuses one', () => {
    const account = opened('100', { limits: { ...noLimits, dailySpend: money('2') } });
    account.freeze('h1', { amount: '2' });
    account.release('h1');
    account.freeze('h2', { amount: '2' });
    expect(said(account.settle('h1', { completedAt: start }))).toBe('accepted');
    account.release('h2');
    expect(said(account.freeze('h3', { amount: '0.00000001' }))).toBe('spend_limit_exceeded');
  });
});

describe('a freeze that nobody could be charged for later', () => {
  it('is refused while settled and frozen together would leave the range, so that its settle is never refused for that', () => {
    const account = opened('999999999999999999');
    account.freeze('h1', { amount: '999999999999999999' });
    account.settle('h1');
    account.adjust('a1', '1');
    expect(said(account.freeze('h2', { amount: '1' }))).toBe('balance_out_of_range');
    expect(formatMoney(account.state.summary.balance.settled)).toBe('999999999999999999');
  });
});
