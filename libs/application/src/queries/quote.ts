import {
  budgetRefusal,
  type BudgetView,
  budgetView,
  computePrice,
  decideNewHold,
  formatMoney,
  type HoldPricing,
  noteZone,
  nothingOlder,
  type PackUnits,
  type PriceBooks,
  type PriceLine,
  type Refusal,
} from '#domain';
import type { AccountRead } from '../pipeline/entry.ts';

export interface QuoteAsked {
  readonly product: string;
  readonly quantity: number | null;
  readonly budget: string | null;
  readonly ttlSeconds: number | null;
  /** Who asks has the `operator` scope. */
  readonly operator: boolean;
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
      /** A freeze would be accepted at this moment. */
      readonly enough: boolean;
      /** The refusal that a freeze would meet; null if it would be accepted. */
      readonly refusal: Refusal | null;
      /** With how the amount comes about: the tier positions at which the units would cost most. */
      readonly pricing: HoldPricing & { readonly lines: readonly PriceLine[] };
      /** The budget that was asked about, and whether it would carry the amount at this moment. */
      readonly budget: (BudgetView & { readonly enough: boolean }) | null;
      readonly asOf: number;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Of the hold that a quote is asked for: nobody sees it, and it has no metadata. */
const quotedHoldId = 'quoted';

/** Computes a quote by the very rules that decide a freeze; nothing is written, and nothing is promised either. */
export function quote(account: AccountRead, asked: QuoteAsked, priceBooks: PriceBooks): Quote {
  const { state, now, wallClock, zones, openHoldBytesMax } = account;
  noteZone(state, zones, now);
  const { terms, balance } = state.summary;
  if (terms === null) return { kind: 'refused', refusal: { code: 'account_not_found' } };
  const { product, quantity, ttlSeconds } = asked;
  const wanted = { product, quantity, amount: null, ttlSeconds };
  // Whether the hold may live so long is said below: there is a price in either case.
  const price = computePrice(state, wanted, { now, operator: true, priceBooks });
  if ('code' in price) return { kind: 'refused', refusal: price };
  if (price.pricing === null || price.lines === null) throw new TypeError('a quote is of a product');
  const budget = asked.budget === null ? null : state.budgets.get(asked.budget);
  if (budget === undefined) {
    return {
      kind: 'refused',
      refusal: { code: 'unknown_budget', field: 'budget', facts: { budget: asked.budget ?? '' } },
    };
  }
  const freeze = { kind: 'freeze', holdId: quotedHoldId, ...wanted, budget: asked.budget, metadata: null } as const;
  const { operator } = asked;
  const context = { now, wallClock, operator, priceBooks, known: nothingOlder, zones, openHoldBytesMax };
  const decision = decideNewHold(state, freeze, context);
  const refusal = decision.kind === 'refused' ? decision.refusal : null;
  return {
    kind: 'quoted',
    packs: price.packs,
    amount: formatMoney(price.amount),
    available: formatMoney(balance.available),
    enough: refusal === null,
    refusal,
    pricing: { ...price.pricing, lines: price.lines },
    budget:
      budget === null
        ? null
        : { ...budgetView(budget, now), enough: budgetRefusal(budget, price.amount, now) === undefined },
    asOf: now,
  };
}
