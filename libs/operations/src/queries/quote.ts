import { formatMoney, priceOf, type HoldPricing, type PriceBooks, type Refusal } from '#ledger';
import type { Sight } from '../lanes/entry.ts';

export interface QuoteAsked {
  readonly product: string;
  readonly quantity: number | null;
}

/** What a freeze would take now, and from where; or the rule that has no price for it. */
export type Quote =
  | {
      readonly kind: 'quoted';
      readonly amount: string;
      readonly available: string;
      /** The balance and the credit limit would carry it at this moment. */
      readonly enough: boolean;
      readonly pricing: HoldPricing;
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
  return {
    kind: 'quoted',
    amount: formatMoney(price.amount),
    available: formatMoney(balance.available),
    enough: balance.available - price.amount + terms.creditLimit >= 0n,
    pricing: price.pricing,
    asOf: now,
  };
}
