import {
  budgetRefusal,
  budgetView,
  formatMoney,
  priceOf,
  type BudgetView,
  type HoldPricing,
  type PackUnits,
  type PriceBooks,
  type Refusal,
} from '#ledger';
import type { Sight } from '../lanes/entry.ts';

export interface QuoteAsked {
  readonly product: string;
  readonly quantity: number | null;
  readonly budget: string | null;
}

/** What a freeze would take now, and from where; or the rule that has no price for it. */
export type Quote =
  | {
      readonly kind: 'quoted';
      /** Units that packs would cover. */
      readonly packs: readonly PackUnits[] | null;
      /** Money for the others. */
      readonly amount: string;
      readonly available: string;
      /** The balance and the credit limit would carry it at this moment. */
      readonly enough: boolean;
      readonly pricing: HoldPricing;
      /** The budget that was asked about, and whether it would carry the amount at this moment. */
      readonly budget: (BudgetView & { readonly enough: boolean }) | null;
      readonly asOf: number;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Computes a quote; nothing is written, and nothing is promised either. */
export function quoteOf(sight: Sight, asked: QuoteAsked, priceBooks: PriceBooks): Quote {
  const { state, now } = sight;
  const { terms, balance } = state.standing;
  if (terms === null) return { kind: 'refused', refusal: { code: 'account_not_found' } };
  const wanted = { product: asked.product, quantity: asked.quantity, amount: null, ttlSeconds: null };
  // The default life of a hold suits every shipped credential; whether a shorter one does is the freeze's question.
  const price = priceOf(state, wanted, { now, operator: true, priceBooks });
  if ('code' in price) return { kind: 'refused', refusal: price };
  if (price.pricing === null) throw new TypeError('a quote is of a product');
  const budget = asked.budget === null ? null : state.budgets.get(asked.budget);
  if (budget === undefined) {
    return {
      kind: 'refused',
      refusal: { code: 'unknown_budget', field: 'budget', facts: { budget: asked.budget ?? '' } },
    };
  }
  return {
    kind: 'quoted',
    packs: price.packs,
    amount: formatMoney(price.amount),
    available: formatMoney(balance.available),
    enough: balance.available - price.amount + terms.creditLimit >= 0n,
    pricing: price.pricing,
    budget:
      budget === null
        ? null
        : { ...budgetView(budget, now), enough: budgetRefusal(budget, price.amount, now) === undefined },
    asOf: now,
  };
}
