import type { BudgetPeriod, RequestedTerms } from '#domain';
import fc from './fast-check.ts';

/*
 * Scenarios in which everything that an account can do comes together: holds, packs, budgets, guards, orders, bills,
 * refunds and reversals, at times that hit deadlines, ends of days and the ends of packs to the millisecond.
 */

const dayMs = 86_400_000;
const back = fc.nat({ max: 4 });
const amount = fc.constantFrom('0.00000001', '0.3', '1', '2', '7.5', '40', '1000');
const operator = fc.boolean();

type Timed =
  | { readonly do: 'deposit' | 'withdraw' | 'adjust' | 'order'; readonly amount: string }
  | { readonly do: 'word'; readonly order: number; readonly late: boolean }
  | { readonly do: 'plain'; readonly amount: string; readonly budget: string | null; readonly ttl: number | null }
  | { readonly do: 'priced'; readonly product: string; readonly quantity: number; readonly budget: string | null }
  | {
      readonly do: 'settle';
      readonly hold: number;
      readonly part: number;
      readonly match: boolean;
      readonly at: number;
    }
  | { readonly do: 'release' | 'fail'; readonly hold: number }
  | { readonly do: 'refund'; readonly hold: number; readonly amount: string }
  | { readonly do: 'reverse'; readonly deposit: number; readonly amount: string | null }
  | { readonly do: 'pack'; readonly how: 'purchase' | 'grant' | 'trial'; readonly units: number }
  | { readonly do: 'refund-pack'; readonly pack: number; readonly amount: string | null }
  | { readonly do: 'budget'; readonly name: string; readonly limit: string; readonly period: BudgetPeriod }
  | { readonly do: 'suspend' | 'resume' | 'bill' | 'expire-due' | 'restart' }
  | { readonly do: 'close'; readonly forfeit: boolean }
  /** All that is available goes, and perhaps the account with it. */
  | { readonly do: 'drain'; readonly close: boolean }
  | { readonly do: 'terms'; readonly asked: RequestedTerms }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'to due'; readonly ms: number }
  | { readonly do: 'to end of day'; readonly ms: number }
  | { readonly do: 'to expiry'; readonly pack: number; readonly ms: number }
  /** A hold takes units of a pack a second before the pack's expiry, and ends after it, early enough or late. */
  | {
      readonly do: 'straddle';
      readonly pack: number;
      readonly quantity: number;
      readonly part: number;
      readonly ends: 'settled' | 'released' | 'late';
    }
  | { readonly do: 'index'; readonly behind: number }
  /** The machine learns that clocks change otherwise than it knew, from a moment on. */
  | { readonly do: 'zones'; readonly inMs: number; readonly byMs: number }
  | { readonly do: 'again'; readonly back: number };

export type EverythingStep = Timed & { readonly operator: boolean };

function step(kind: Timed['do'], rest: object = {}): fc.Arbitrary<EverythingStep> {
  return fc.record({ do: fc.constant(kind), operator, ...rest }) as unknown as fc.Arbitrary<EverythingStep>;
}

const budget = fc.constantFrom(null, null, 'sales', 'support');

const steps: fc.Arbitrary<EverythingStep> = fc.oneof(
  { weight: 5, arbitrary: step('deposit', { amount }) },
  { weight: 2, arbitrary: step('withdraw', { amount }) },
  { weight: 2, arbitrary: step('adjust', { amount: fc.constantFrom('1', '-1', '-40', '60') }) },
  { weight: 2, arbitrary: step('order', { amount }) },
  { weight: 3, arbitrary: step('word', { order: back, late: fc.boolean() }) },
  { weight: 5, arbitrary: step('plain', { amount, budget, ttl: fc.constantFrom(null, 1, 3_600, 2_592_000) }) },
  {
    weight: 12,
    arbitrary: step('priced', {
      product: fc.constantFrom('call', 'call', 'call', 'dear-call', 'matched-call', 'zigzag', 'first-ten-free'),
      quantity: fc.integer({ min: 1, max: 12 }),
      budget,
    }),
  },
  {
    weight: 14,
    arbitrary: step('settle', {
      hold: back,
      part: fc.nat({ max: 100 }),
      match: fc.constantFrom(true, true, false),
      at: fc.constantFrom(0, 0, 1, -1),
    }),
  },
  { weight: 4, arbitrary: step('release', { hold: back }) },
  { weight: 2, arbitrary: step('fail', { hold: back }) },
  { weight: 5, arbitrary: step('refund', { hold: back, amount }) },
  { weight: 3, arbitrary: step('reverse', { deposit: back, amount: fc.option(amount, { nil: null }) }) },
  {
    weight: 6,
    arbitrary: step('pack', {
      how: fc.constantFrom('purchase', 'purchase', 'purchase', 'grant', 'trial'),
      units: fc.constantFrom(2, 3, 3, 7, 100),
    }),
  },
  { weight: 7, arbitrary: step('refund-pack', { pack: fc.nat({ max: 1 }), amount: fc.constantFrom(null, null, '1') }) },
  {
    weight: 3,
    arbitrary: step('budget', {
      name: fc.constantFrom('sales', 'support'),
      limit: fc.constantFrom('2', '20', '100000'),
      period: fc.constantFrom('day', 'month', 'year'),
    }),
  },
  { weight: 1, arbitrary: step('suspend') },
  { weight: 2, arbitrary: step('resume') },
  { weight: 1, arbitrary: step('close', { forfeit: fc.boolean() }) },
  { weight: 4, arbitrary: step('drain', { close: fc.constantFrom(true, false, false) }) },
  {
    weight: 4,
    arbitrary: step('terms', {
      asked: fc.constantFrom<RequestedTerms>(
        { creditLimit: '0' },
        { creditLimit: '100000' },
        { limits: { openHolds: 3, frozen: '40' } },
        { limits: { openHolds: null, frozen: null, dailySpend: '30' } },
        {
          overrides: {
            call: [
              { upTo: 3, price: '0.1' },
              { upTo: null, price: '9' },
            ],
          },
        },
        { overrides: { call: null, negotiated: [{ upTo: null, price: '0.00000007' }] } },
        { priceBook: 'dcloud-2023' },
        { warnings: { availableBelow: '5', packPercentBelow: 70, packExpiresWithinDays: 366 } },
        { warnings: { packPercentBelow: 30, packExpiresWithinDays: 359 } },
        { warnings: { availableBelow: null, packPercentBelow: null, packExpiresWithinDays: null } },
        { priceBook: 'test' },
        { priceBook: 'test' },
      ),
    }),
  },
  { weight: 9, arbitrary: step('bill') },
  { weight: 1, arbitrary: step('expire-due') },
  { weight: 5, arbitrary: step('wait', { ms: fc.constantFrom(0, 1, 1_000, 1_800_000, dayMs, 6 * dayMs, 40 * dayMs) }) },
  { weight: 7, arbitrary: step('to due', { ms: fc.constantFrom(-1, 0, 1, 1_000) }) },
  {
    weight: 5,
    arbitrary: step('to expiry', { pack: back, ms: fc.constantFrom(-1_800_000, -1_799_999, -1_000, -1, 0) }),
  },
  {
    weight: 4,
    arbitrary: step('straddle', {
      pack: fc.nat({ max: 1 }),
      quantity: fc.integer({ min: 2, max: 9 }),
      part: fc.nat({ max: 100 }),
      ends: fc.constantFrom('settled', 'released', 'late', 'late'),
    }),
  },
  { weight: 5, arbitrary: step('to end of day', { ms: fc.constantFrom(-1, 0, 1, 10 * 3_600_000) }) },
  { weight: 2, arbitrary: step('index', { behind: fc.nat({ max: 5 }) }) },
  { weight: 2, arbitrary: step('restart') },
  {
    weight: 2,
    arbitrary: step('zones', {
      inMs: fc.constantFrom(-40 * dayMs, -1, 0, 1, 3_600_000, dayMs, 30 * dayMs),
      byMs: fc.constantFrom(
        3_600_000,
        -3_600_000,
        1_800_000,
        9 * 3_600_000,
        -12 * 3_600_000,
        18 * 3_600_000,
        -dayMs,
        19 * 3_600_000,
      ),
    }),
  },
  { weight: 8, arbitrary: step('again', { back: fc.nat({ max: 12 }) }) },
);

export interface Everything {
  readonly creditLimit: string;
  readonly money: string;
  readonly frozen: string | null;
  readonly dailySpend: string | null;
  readonly steps: readonly EverythingStep[];
}

export const everything: fc.Arbitrary<Everything> = fc.record({
  creditLimit: fc.constantFrom('0', '5', '200', '100000'),
  money: fc.constantFrom('0.3', '30', '500'),
  frozen: fc.constantFrom(null, null, '50'),
  dailySpend: fc.constantFrom(null, null, '60'),
  steps: fc.array(steps, { minLength: 1, maxLength: 90, size: 'max' }),
});
