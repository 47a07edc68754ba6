import { formatMoney, type Money, plus, times, zero } from '../kernel/money.ts';
import type { PriceTable } from './price-book.ts';

/** A run of units of one price. `from` is the tier position of the first of them, counted from 1. */
export interface PriceLine {
  readonly from: number;
  readonly units: number;
  readonly price: string;
  readonly amount: string;
}

/** What a run of units costs, and how that comes about. */
export interface Charge {
  readonly amount: Money;
  /** Units charged before the first of the run. */
  readonly after: number;
  readonly lines: readonly PriceLine[];
}

/** T(m): the table's total for the first `units` units. */
export function tableTotal(table: PriceTable, units: number): Money {
  return chargeAfter(table, 0, units).amount;
}

/** T(after + units) - T(after), with the tier positions and prices that it is made of. */
export function chargeAfter(table: PriceTable, after: number, units: number): Charge {
  const end = after + units;
  let lines: readonly PriceLine[] = [];
  let amount = zero;
  for (const tier of table.tiers) {
    const from = Math.max(after, tier.after);
    const count = Math.min(end, tier.upTo) - from;
    if (count <= 0) continue;
    const cost = times(tier.price, count);
    amount = plus(amount, cost);
    const price = formatMoney(tier.price);
    const line = { from: from + 1, units: count, price, amount: count === 1 ? price : formatMoney(cost) };
    // A list that grows has room for sixteen more, and this one stays in memory with its hold: 128 of 480 bytes.
    lines = lines.length === 0 ? [line] : [...lines, line];
  }
  return { amount, after, lines };
}

/**
 * The most that `units` units can come to, whatever is charged between freeze and settle: the largest
 * T(m + units) - T(m) over all m >= after. What a settle charges never exceeds it, since the counter never falls.
 *
 * That difference is a piecewise linear function of m which can only turn where m or m + units crosses a tier boundary,
 * so its maximum is at one of those places or at `after` itself.
 */
export function maxCharge(table: PriceTable, after: number, units: number): Charge {
  if (table.neverRises) return chargeAfter(table, after, units);
  let highest = { after, amount: costAfter(table, after, units) };
  for (const tier of table.tiers) {
    for (const candidate of [tier.after, tier.after - units]) {
      if (candidate <= after) continue;
      const amount = costAfter(table, candidate, units);
      if (amount > highest.amount) highest = { after: candidate, amount };
    }
  }
  // Lines are made of one candidate alone: a table of 100 steps has 200.
  return chargeAfter(table, highest.after, units);
}

/** The amount of {@link chargeAfter}. */
function costAfter(table: PriceTable, after: number, units: number): Money {
  const end = after + units;
  let amount = zero;
  for (const tier of table.tiers) {
    const count = Math.min(end, tier.upTo) - Math.max(after, tier.after);
    if (count > 0) amount = plus(amount, times(tier.price, count));
  }
  return amount;
}
