import { strict as assert } from 'node:assert';
import type { DecisionContext } from '../core/decision.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { type Money, parseMoney } from '../kernel/money.ts';
import type { LatePackConsumption, PackConsumption, PackForfeit } from '../packs/events.ts';
import { endUnits, lateUnits, unitsIn } from '../packs/hold-units.ts';
import { findPriceTable } from '../pricing/find-price-table.ts';
import { type Charge, chargeAfter, type PriceLine } from '../pricing/tiers.ts';
import { countUnitsCharged } from '../pricing/units-charged.ts';
import type { Settle } from './commands.ts';
import type { Completion, FundsFrozen, HoldPricing } from './events.ts';
import type { HoldFacts } from './hold.ts';

/** A product that bills only matches charges nothing on a mismatch. */
export function bringsNothing(command: Settle, opening: FundsFrozen): boolean {
  return opening.pricing?.basis === 'match' && command.outcome === 'mismatch';
}

export function completeHold(command: Settle, opening: FundsFrozen): Completion {
  return {
    outcome: command.outcome,
    quantity: command.quantity ?? opening.quantity,
    completedAt: command.completedAt,
    evidence: command.evidence,
  };
}

interface SettleCharge {
  readonly amount: Money;
  readonly lines: readonly PriceLine[] | null;
  readonly packs: readonly PackConsumption[] | null;
  readonly forfeited: readonly PackForfeit[] | null;
  /** Of a hold that had ended unused. */
  readonly latePacks: readonly LatePackConsumption[] | null;
}

const noPacks = { packs: null, forfeited: null, latePacks: null };

/**
 * What a settle charges: of a plain hold the amount given (at most `most`), of a priced hold the next tier positions of
 * the hold's own table, year and counter.
 */
export function computeCharge(
  state: AccountState,
  command: Settle,
  context: DecisionContext,
  facts: HoldFacts,
  most: string,
): SettleCharge | Refusal {
  const { opening } = facts;
  if (opening.pricing === null) {
    if (command.quantity !== null) return refuse('invalid_request', 'quantity', { hold: 'plain' });
    const amount = command.amount ?? parseMoney(opening.amount);
    if (amount > parseMoney(most)) return refuse('settle_amount_exceeds_hold', 'amount', { most });
    return { amount, lines: null, ...noPacks };
  }
  if (command.amount !== null) return refuse('invalid_request', 'amount', { hold: 'priced' });
  assert(opening.quantity !== null, 'a priced hold has a quantity');
  const quantity = command.quantity ?? opening.quantity;
  if (quantity > opening.quantity) {
    return refuse('settle_amount_exceeds_hold', 'quantity', { most: opening.quantity });
  }
  if (opening.packs === null) return { ...chargeOfUnits(state, context, opening.pricing, quantity), ...noPacks };
  return chargeWithPacks(state, context, facts, opening.pricing, quantity);
}

/** Pack units first; only those that no pack pays for take tier positions. */
function chargeWithPacks(
  state: AccountState,
  context: DecisionContext,
  { opening, ending }: HoldFacts,
  pricing: HoldPricing,
  quantity: number,
): SettleCharge {
  const listPrice = findPriceTable(state, context, pricing).tiers[0].price;
  if (ending !== undefined) {
    const latePacks = lateUnits(state, opening, ending.data.forfeited, quantity, listPrice);
    const late = chargeOfUnits(state, context, pricing, quantity - unitsIn(latePacks));
    return { ...late, ...noPacks, latePacks };
  }
  const { consumed, forfeited } = endUnits(state, opening, context.now, quantity, () => listPrice);
  const charge = chargeOfUnits(state, context, pricing, quantity - unitsIn(consumed));
  return { ...charge, packs: consumed, forfeited, latePacks: null };
}

/** The next tier positions of the hold's own table, year and counter. */
function chargeOfUnits(state: AccountState, context: DecisionContext, pricing: HoldPricing, quantity: number): Charge {
  const table = findPriceTable(state, context, pricing);
  return chargeAfter(table, countUnitsCharged(state, pricing.year, pricing.counter), quantity);
}
