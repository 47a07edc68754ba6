import type { Violation } from '../core/violation.ts';
import { type Money, parseMoney } from '../kernel/money.ts';
import type { PriceTable } from './price-book.ts';
import type { PriceLine } from './tiers.ts';

/*
 * What units cost, worked out another way than the domain model does: from the price of each position and from totals, so
 * that one mistake does not hide in both.
 */

/**
 * The most that `units` units can cost that are charged some time after the first `after`: where a step ends or begins the
 * cost per unit turns, so it is at one of those places or right away.
 */
export function mostOfUnits(table: PriceTable, after: number, units: number): bigint {
  let most = priceOfUnits(table, after, units);
  for (const { upTo } of table.tiers) {
    for (const from of [upTo, upTo - units]) {
      if (from <= after || from === Infinity) continue;
      const price = priceOfUnits(table, from, units);
      if (price > most) most = price;
    }
  }
  return most;
}

/** T(after + units) - T(after) from the table's totals. */
function priceOfUnits(table: PriceTable, after: number, units: number): bigint {
  return totalPrice(table, after + units) - totalPrice(table, after);
}

function totalPrice(table: PriceTable, units: number): bigint {
  let total = 0n;
  for (const tier of table.tiers) {
    if (units <= tier.after) break;
    total += BigInt(Math.min(units, tier.upTo) - tier.after) * tier.price;
  }
  return total;
}

/** What is wrong with the lines of a charge of `units` units after the first `after`; undefined if nothing is. */
export function checkLines(
  table: PriceTable,
  lines: readonly PriceLine[],
  after: number,
  units: number,
  amount: Money,
): Violation | undefined {
  let next = after + 1;
  let total = 0n;
  for (const line of lines) {
    if (line.from !== next || line.units < 1) {
      const said = `${String(line.units)} units from position ${String(line.from)}`;
      return { kind: 'tier-position-wrong', detail: `${said}, where position ${String(next)} is the next` };
    }
    const error = checkPrice(table, line);
    if (error !== undefined) return { kind: 'tier-price-wrong', detail: error };
    total += parseMoney(line.amount);
    next += line.units;
  }
  if (next !== after + 1 + units) {
    const counted = `lines for ${String(next - after - 1)} units`;
    return { kind: 'tier-position-wrong', detail: `${counted}, where ${String(units)} are charged` };
  }
  if (total === amount) return undefined;
  return { kind: 'tier-price-wrong', detail: 'the lines do not add up to the amount' };
}

function checkPrice(table: PriceTable, { from, units, price, amount }: PriceLine): string | undefined {
  const first = table.tiers.find(({ upTo }) => from <= upTo);
  const place = `position ${String(from)}`;
  if (first === undefined || from + units - 1 > first.upTo) return `${place}: its line runs past the end of its tier`;
  if (parseMoney(price) !== first.price) return `${place}: ${price} is not the price of its table`;
  if (parseMoney(amount) === first.price * BigInt(units)) return undefined;
  return `${place}: ${String(units)} units at ${price} do not cost ${amount}`;
}

/** How a priced hold is charged. */
export interface PricedUnits {
  readonly quantity: number;
  readonly counter: string;
  readonly year: string;
  readonly basis: 'completed' | 'match';
  /** Undefined if no price book has its table. */
  readonly table: PriceTable | undefined;
}
