import { strict as assert } from 'node:assert';
import type { DecisionContext } from '../core/decision.ts';
import type { AccountState } from '../core/state.ts';
import type { HoldPricing } from '../holds/events.ts';
import type { PriceTable } from './price-book.ts';

/** The table that a hold was opened under: agreed with its account, or of a price book. */
export function findPriceTable(state: AccountState, { priceBooks }: DecisionContext, pricing: HoldPricing): PriceTable {
  const table = state.agreedTables.get(pricing.table) ?? priceBooks.table(pricing.table);
  assert(table !== undefined, `the price table ${pricing.table} of ${pricing.book} is known`);
  return table;
}
