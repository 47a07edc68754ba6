import { describe, expect, it } from '@jest/globals';
import { sweep } from '#domain';
import { type AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';
import fc from '../../../../test/support/fast-check.ts';
import { type Quote, quote } from './quote.ts';

/*
 * A quote says beforehand what a freeze will be answered, whatever has happened to the account.
 */

interface Asked {
  readonly product: string;
  readonly quantity: number | null;
  readonly budget: string | null;
  readonly ttlSeconds: number | null;
  readonly operator: boolean;
}

type Step = (account: AccountDriver, id: string) => void;

const small = fc.constantFrom('0.5', '1', '3', '100');
const budgets = fc.constantFrom(null, 'sales', 'none');

const products = fc.constantFrom('call', 'by-match', 'first-ten-free', 'face-verify', 'missing');

const steps: fc.Arbitrary<Step> = fc.oneof(
  small.map(
    (amount): Step =>
      (account, id) =>
        account.deposit(id, amount),
  ),
  small.map(
    (amount): Step =>
      (account, id) =>
        account.withdraw(id, amount),
  ),
  fc.record({ product: products, quantity: fc.integer({ min: 1, max: 8 }), budget: budgets }).map(
    (change): Step =>
      (account, id) =>
        account.freeze(id, change),
  ),
  fc.constantFrom(3, 7, 100).map(
    (units): Step =>
      (account, id) =>
        account.acquirePack(id, { units }),
  ),
  small.map(
    (limit): Step =>
      (account) =>
        account.budget('sales', limit),
  ),
  fc
    .record({
      creditLimit: fc.constantFrom('0', '2'),
      limits: fc.record({
        openHolds: fc.constantFrom(1, 2, null),
        frozen: fc.constantFrom('1', '4', null),
        dailySpend: fc.constantFrom('1', '6', null),
      }),
    })
    .map(
      (asked): Step =>
        (account, id) =>
          account.terms(id, asked),
    ),
  fc.constantFrom('suspend', 'resume', 'close').map(
    (kind): Step =>
      (account, id) =>
        account.status(kind, id),
  ),
  fc.constantFrom(1, 1_800_000, 86_400_000).map((ms): Step => (account) => {
    account.now += ms;
    account.expireDue();
  }),
  fc.constantFrom(null, start).map((wallClock): Step => (account) => {
    account.wallClock = wallClock;
  }),
);

const asked: fc.Arbitrary<Asked> = fc.record({
  product: products,
  quantity: fc.constantFrom(null, 1, 2, 7, 200),
  budget: budgets,
  ttlSeconds: fc.constantFrom(null, 60, 3_600),
  operator: fc.boolean(),
});

function quoted(account: AccountDriver, wanted: Asked): Quote {
  const { state, now } = account;
  const wallClock = account.wallClock ?? now;
  const read = {
    state,
    now,
    wallClock,
    zones: account.zones,
    openHoldBytesMax: Number.POSITIVE_INFINITY,
    revision: state.summary.revision,
  };
  return quote(read, wanted, account.books);
}

function prepared(past: readonly Step[]): AccountDriver {
  const account = opened('5', { priceBook: 'test' });
  for (const [index, run] of past.entries()) run(account, `s${String(index)}`);
  sweep(account.state, account.now, Number.POSITIVE_INFINITY);
  return account;
}

describe('a quote', () => {
  it('is enough exactly where a freeze is accepted, and names the refusal that it meets', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), asked, (past, wanted) => {
        const account = prepared(past);
        const before = account.state.summary.revision;
        const quote = quoted(account, wanted);
        expect(account.state.summary.revision).toBe(before);
        account.operator = wanted.operator;
        const { product, quantity, budget, ttlSeconds } = wanted;
        const decision = account.freeze('new', { product, quantity, budget, ttlSeconds });
        met.add(decision.kind === 'refused' ? decision.refusal.code : decision.kind);
        if (quote.kind === 'refused') {
          // There is no price that could be shown; an account that takes no freeze at all may say so first.
          expect(decision.kind).toBe('refused');
          return;
        }
        expect(quote.enough).toBe(decision.kind === 'accepted');
        expect(quote.refusal).toEqual(decision.kind === 'refused' ? decision.refusal : null);
        if (decision.kind !== 'accepted') return;
        expect(decision.hold?.opening).toMatchObject({ amount: quote.amount, packs: quote.packs });
      }),
      { numRuns: 1_500 },
    );
    expect([...met].length).toBeGreaterThan(6);
  });

  it.each<[string, (account: AccountDriver) => void, string]>([
    ['a suspended account', (account) => account.status('suspend', 's1'), 'account_suspended'],
    [
      'an account with too many open holds',
      (account) => account.terms('t1', { limits: { openHolds: 1 } }),
      'too_many_open_holds',
    ],
    ['a frozen limit', (account) => account.terms('t1', { limits: { frozen: '1' } }), 'frozen_limit_exceeded'],
    ['a daily limit', (account) => account.terms('t1', { limits: { dailySpend: '1' } }), 'spend_limit_exceeded'],
    ['a balance', (account) => account.withdraw('w1', '99'), 'insufficient_available_balance'],
    ['a clock that is behind the account', (account) => (account.wallClock = start - 60_001), 'clock_untrusted'],
  ])('is not enough because of %s, which it names', (_, prepare, code) => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { amount: '1' });
    prepare(account);
    const wanted = { product: 'call', quantity: 1, budget: null, ttlSeconds: null, operator: false };
    expect(quoted(account, wanted)).toMatchObject({ kind: 'quoted', enough: false, refusal: { code } });
  });
});

describe('a hold that packs cover in full', () => {
  function overused(): AccountDriver {
    const account = opened('100', { priceBook: 'test' });
    account.acquirePack('p1', { units: 7 });
    account.budget('sales', '10');
    account.freeze('h1', { amount: '5', budget: 'sales' });
    account.budget('sales', '1', 'day', 'less');
    account.terms('t1', { limits: { frozen: '1', dailySpend: '1' } });
    return account;
  }

  it('is opened though every guard on money is used up beyond its limit: it counts for none of them', () => {
    const account = overused();
    const wanted = { product: 'call', quantity: 7, budget: 'sales', ttlSeconds: null, operator: false };
    expect(quoted(account, wanted)).toMatchObject({ amount: '0', enough: true, budget: { enough: true } });
    expect(said(account.freeze('h2', { product: 'call', quantity: 7, budget: 'sales' }))).toBe('accepted');
    expect(said(account.freeze('h3', { product: 'call', quantity: 1, budget: 'sales' }))).toBe('frozen_limit_exceeded');
  });

  it('is held to the number of open holds and to the credit limit all the same', () => {
    const account = overused();
    account.terms('t2', { limits: { openHolds: 1, frozen: null, dailySpend: null } });
    expect(said(account.freeze('h2', { product: 'call', quantity: 1, budget: 'sales' }))).toBe('too_many_open_holds');
    const indebted = opened('1.26', { priceBook: 'test', creditLimit: money('5') });
    indebted.acquirePack('p1', { units: 3 });
    indebted.freeze('h1', { amount: '5' });
    indebted.terms('t1', { creditLimit: '0' });
    expect(said(indebted.freeze('h2', { product: 'call', quantity: 1 }))).toBe('insufficient_available_balance');
  });
});
