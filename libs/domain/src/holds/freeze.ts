import { strict as assert } from 'node:assert';
import type { Budget } from '../budgets/budget.ts';
import { budgetNamed, budgetRefusal } from '../budgets/decide.ts';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { inactiveRefusal, insufficient, rangeRefusal } from '../core/guards.ts';
import { amountText, firstDifference, sameMetadata } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { defaults } from '../kernel/bounds.ts';
import { contains } from '../kernel/calendar.ts';
import { formatMoney, minus, type Money, negated, plus, zero } from '../kernel/money.ts';
import type { PackUnits } from '../packs/events.ts';
import { unitsFromPacks, unitsIn } from '../packs/hold-units.ts';
import type { Product } from '../pricing/price-book.ts';
import { maxCharge, type PriceLine } from '../pricing/tiers.ts';
import { countUnitsCharged } from '../pricing/units-charged.ts';
import { readTerms } from '../terms/terms.ts';
import type { Freeze } from './commands.ts';
import type { FundsFrozen, HoldPricing } from './events.ts';
import { holdFacts } from './find-hold.ts';
import { openHoldBytes } from './kept-opening.ts';

/** How far an account's time may be ahead of the wall clock before it takes no new freeze: 60 s. */
export const aheadMaxMs = 60_000;

/** What a freeze would take: the amount and, for a product, how it is derived. */
interface Price {
  /** What no pack covers. */
  readonly amount: Money;
  /** What it would be if packs covered nothing. */
  readonly maxLateCharge: Money;
  readonly packs: readonly PackUnits[] | null;
  readonly pricing: HoldPricing | null;
  /** How the amount comes about: the tier positions at which the units cost most. */
  readonly lines: readonly PriceLine[] | null;
}

export function decideFreeze(state: AccountState, command: Freeze, context: DecisionContext): Decision {
  const before = holdFacts(state, context.known, command.holdId);
  if (before !== undefined) {
    const field = differenceOfFreeze(command, before.opening);
    if (field !== undefined) return refused(refuse('idempotency_conflict', field));
    const event = { type: 'funds-frozen.v1', data: before.opening } as const;
    return { kind: 'replayed', event, hold: { opening: before.opening }, holdNow: before };
  }
  return decideNewHold(state, command, context);
}

/** A freeze under an id that was never used: what a quote asks, too. */
export function decideNewHold(state: AccountState, command: Freeze, context: DecisionContext): Decision {
  // Its last event is ahead, or what a reader was told: either way the deadline would be too late by as much.
  if (context.now > context.wallClock + aheadMaxMs) return refused(refusal('clock_untrusted'));
  const inactive = inactiveRefusal(state);
  if (inactive !== undefined) return refused(inactive);
  const price = computePrice(state, command, context);
  if ('code' in price) return refused(price);
  const budget = budgetNamed(state, command.budget);
  if (budget !== undefined && 'code' in budget) return refused(budget);
  const opening = openHold(command, price, context.now);
  const limit = holdsRefusal(state, opening, context) ?? limitRefusal(state, price.amount, budget, context.now);
  if (limit !== undefined) return refused(limit);
  return accepted({ type: 'funds-frozen.v1', data: opening }, { hold: { opening } });
}

/** The amount to freeze, or why there is no price for it. */
export function computePrice(
  state: AccountState,
  command: Pick<Freeze, 'product' | 'quantity' | 'amount' | 'ttlSeconds'>,
  context: Pick<DecisionContext, 'now' | 'operator' | 'priceBooks'>,
): Price | Refusal {
  if (command.product === null) {
    assert(command.amount !== null && command.amount > 0n, 'a freeze has a product or an amount above zero');
    return { amount: command.amount, maxLateCharge: command.amount, packs: null, pricing: null, lines: null };
  }
  const { priceBook, overrides } = readTerms(state);
  const tariff = priceBook === null ? undefined : context.priceBooks.tariff(priceBook, command.product);
  if (tariff === undefined) return refuse('unknown_product', 'product', { product: command.product });
  const table = overrides?.get(command.product) ?? tariff.table;
  if (table === null) return refuse('price_not_agreed', 'product', { product: command.product });
  const ttl = ttlRefusal(tariff.product, command.ttlSeconds ?? defaults.ttlSeconds, context.operator);
  if (ttl !== undefined) return ttl;
  assert(state.calendar !== null, 'an open account has a calendar');
  const year = state.calendar.findYear(context.now).name;
  const { counter, basis } = tariff.product;
  const unitsCharged = countUnitsCharged(state, year, counter);
  const quantity = command.quantity ?? defaults.quantity;
  const packs = unitsFromPacks(state, tariff.product.packFamily, quantity);
  const most = maxCharge(table, unitsCharged, quantity - unitsIn(packs));
  return {
    amount: most.amount,
    maxLateCharge: packs === null ? most.amount : maxCharge(table, unitsCharged, quantity).amount,
    packs,
    pricing: { book: tariff.book, table: table.hash, basis, counter, year, unitsCharged },
    lines: most.lines,
  };
}

/** A credential must not outlive the hold that pays for it, unless an operator takes that on. */
function ttlRefusal(product: Product, ttlSeconds: number, operator: boolean): Refusal | undefined {
  if (operator || product.credentialSeconds === null || ttlSeconds >= product.credentialSeconds) return undefined;
  return refuse('forbidden', 'ttlSeconds', { credentialSeconds: product.credentialSeconds });
}

/** Whether the account may have one more open hold, by number and by the memory that they take. */
function holdsRefusal(
  state: AccountState,
  opening: FundsFrozen,
  { openHoldBytesMax = Number.POSITIVE_INFINITY }: DecisionContext,
): Refusal | undefined {
  const { openHoldsMax } = readTerms(state);
  if (state.openHolds.size >= openHoldsMax) return refusal('too_many_open_holds', { limit: openHoldsMax });
  if (state.openHoldBytes + openHoldBytes(opening) <= openHoldBytesMax) return undefined;
  return refusal('too_many_open_holds', { limitBytes: openHoldBytesMax });
}

/**
 * The first limit that the freeze would break; equality is allowed everywhere. A guard on money is asked only by a freeze
 * that takes some of it: one that packs cover in full adds nothing to what is used up already.
 */
function limitRefusal(
  state: AccountState,
  amount: Money,
  budget: Budget | undefined,
  now: number,
): Refusal | undefined {
  const { frozenMax, dailySpendMax, creditLimit } = readTerms(state);
  const { balance, spend } = state.summary;
  const frozen = plus(balance.frozen, amount);
  const takesMoney = amount > zero;
  if (takesMoney && frozenMax !== null && frozen > frozenMax)
    return limitExceeded('frozen_limit_exceeded', frozenMax, balance.frozen, amount);
  const spent = spend !== null && contains(spend.day, now) ? spend.amount : zero;
  if (takesMoney && dailySpendMax !== null && plus(spent, amount) > dailySpendMax) {
    return limitExceeded('spend_limit_exceeded', dailySpendMax, spent, amount);
  }
  const overBudget = budget === undefined ? undefined : budgetRefusal(budget, amount, now);
  if (overBudget !== undefined) return overBudget;
  const available = minus(balance.available, amount);
  if (available < negated(creditLimit)) return insufficient(balance, amount, creditLimit);
  // All that is frozen may come to be charged, and a settle of it is never refused for its amount.
  return rangeRefusal({ available, frozen, settled: plus(balance.settled, frozen) });
}

function limitExceeded(
  code: 'frozen_limit_exceeded' | 'spend_limit_exceeded',
  limit: Money,
  used: Money,
  required: Money,
): Refusal {
  return refusal(code, { limit: formatMoney(limit), used: formatMoney(used), required: formatMoney(required) });
}

function openHold(command: Freeze, price: Price, now: number): FundsFrozen {
  const ttlSeconds = command.ttlSeconds ?? defaults.ttlSeconds;
  const amount = formatMoney(price.amount);
  return {
    at: now,
    holdId: command.holdId,
    amount,
    maxLateCharge: price.packs === null ? amount : formatMoney(price.maxLateCharge),
    product: command.product,
    quantity: command.product === null ? null : (command.quantity ?? defaults.quantity),
    expiresAt: now + ttlSeconds * 1_000,
    budget: command.budget,
    metadata: command.metadata,
    pricing: price.pricing,
    packs: price.packs,
  };
}

export function differenceOfFreeze(command: Freeze, opening: FundsFrozen): string | undefined {
  const priced = opening.product !== null;
  return firstDifference([
    ['product', command.product === opening.product],
    ['quantity', !priced || (command.quantity ?? defaults.quantity) === opening.quantity],
    ['amount', priced ? command.amount === null : amountText(command.amount, null) === opening.amount],
    ['ttlSeconds', (command.ttlSeconds ?? defaults.ttlSeconds) * 1_000 === opening.expiresAt - opening.at],
    ['budget', command.budget === opening.budget],
    ['metadata', sameMetadata(command.metadata, opening.metadata)],
  ]);
}
