import { strict as assert } from 'node:assert';
import { spendChanged, spendOpened } from '../budgets/spending.ts';
import { applyHeader, move } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import { requestKey } from '../core/recent-ids.ts';
import type { AccountState } from '../core/state.ts';
import { minus, type Money, negated, parseMoney, zero } from '../kernel/money.ts';
import type { PackUnits } from '../packs/events.ts';
import { consumeLate, endPackUnits, reserveUnits } from '../packs/evolve.ts';
import { counterKey } from '../pricing/units-charged.ts';
import type { FundsFrozen } from './events.ts';
import { couldBeSettledLate, type HoldEnding, type OpenHold } from './hold.ts';
import { elsewhere, isLarge, type KeptOpening, openHoldBytes } from './kept-opening.ts';

/*
 * How the events of holds are folded: a part of evolve.ts.
 */

export function openHold(
  state: AccountState,
  { data: opening }: TypedEvent<'funds-frozen.v1'>,
  revision: number,
): void {
  assert(!state.openHolds.has(opening.holdId), `hold ${opening.holdId} is opened once`);
  const hold: OpenHold = {
    opening: keptOpening(state, revision, opening),
    amount: parseMoney(opening.amount),
    order: revision,
    attempts: 0,
  };
  const bytes = openHoldBytes(hold.opening);
  state.undo.record(() => {
    state.openHolds.delete(opening.holdId);
    state.openHoldBytes -= bytes;
  });
  state.openHolds.set(opening.holdId, hold);
  state.openHoldBytes += bytes;
  state.due.push(hold);
  if (opening.packs !== null) reserveUnits(state, opening.packs);
  const spend = spendOpened(state, opening.at, hold.amount, opening.budget);
  move(state, opening.at, { available: negated(hold.amount), frozen: hold.amount }, { spend });
}

/** What callers may choose to be large is remembered only until the id index has it. */
function keptOpening(state: AccountState, revision: number, opening: FundsFrozen): KeptOpening {
  const { holdId, metadata } = opening;
  if (!isLarge(metadata)) return opening;
  state.recentHolds.keepMetadata(revision, holdId, metadata);
  return { ...opening, metadata: elsewhere };
}

export function settleHold(state: AccountState, event: TypedEvent<'hold-settled.v1'>, revision: number): void {
  const { pricing } = findOpenHold(state, event.data.holdId).opening;
  if (pricing !== null && event.data.quantity !== null) {
    chargeUnits(state, pricing.year, pricing.counter, unitsInMoney(event.data.quantity, event.data.packs));
  }
  endHold(state, event, revision, parseMoney(event.data.amount));
}

/** Released or expired: all of it goes back. */
export function endUnused(state: AccountState, event: HoldEnding, revision: number): void {
  endHold(state, event, revision, zero);
}

/** Ends an open hold: `charged` goes to the platform, the rest back to available. */
function endHold(state: AccountState, event: HoldEnding, revision: number, charged: Money): void {
  const hold = findOpenHold(state, event.data.holdId);
  const returned = minus(hold.amount, charged);
  assert(returned >= zero, 'a hold never costs more than was frozen for it');
  const stated = event.type === 'hold-settled.v1' ? event.data.returned : event.data.amount;
  assert(parseMoney(stated) === returned, 'an ending gives back what was frozen and not charged');
  const bytes = openHoldBytes(hold.opening);
  state.undo.record(() => {
    state.openHolds.set(hold.opening.holdId, hold);
    state.openHoldBytes += bytes;
    state.due.push(hold);
  });
  state.openHolds.delete(hold.opening.holdId);
  state.openHoldBytes -= bytes;
  state.due.compact(state.openHolds.size);
  const { at: openedAt, expiresAt } = hold.opening;
  if (couldBeSettledLate(event)) state.lateWindow.endedUnused({ openedAt, expiresAt }, event.data.at);
  endPackUnits(state, {
    reserved: hold.opening.packs,
    life: { openedAt, expiresAt },
    at: event.data.at,
    consumed: event.type === 'hold-settled.v1' ? event.data.packs : null,
    forfeited: event.data.forfeited,
    unused: couldBeSettledLate(event),
  });
  state.recentHolds.recordEnding(revision, { opening: hold.opening, ending: event });
  move(
    state,
    event.data.at,
    { available: returned, frozen: negated(hold.amount), settled: charged },
    { spend: spendChanged(state, hold.opening.at, negated(returned), hold.opening.budget) },
  );
}

export function settleLate(state: AccountState, event: TypedEvent<'hold-settled-late.v1'>, revision: number): void {
  const { at, amount, hold, quantity } = event.data;
  const charged = parseMoney(amount);
  if (hold.year !== null && hold.counter !== null && quantity !== null) {
    chargeUnits(state, hold.year, hold.counter, unitsInMoney(quantity, event.data.packs));
  }
  if (hold.packs !== null) consumeLate(state, event);
  state.lateWindow.settledLate(hold);
  state.recentHolds.recordLate(revision, event);
  const spend = spendChanged(state, hold.openedAt, charged, hold.budget);
  move(state, at, { available: negated(charged), settled: charged }, { spend });
}

/** Nothing moves: it is remembered, so that it is recorded once. */
export function noteUncollected(
  state: AccountState,
  event: TypedEvent<'charge-uncollected.v1'>,
  revision: number,
): void {
  state.recentHolds.recordUncollected(revision, event);
  applyHeader(state, event.data.at, {});
}

export function failCall(state: AccountState, event: TypedEvent<'call-failed.v1'>, revision: number): void {
  const { at, holdId, attemptId } = event.data;
  const hold = findOpenHold(state, holdId);
  state.recentIds.useId(revision, requestKey('attempt', `${holdId}/${attemptId}`), event);
  putHold(state, { ...hold, attempts: hold.attempts + 1 });
  move(state, at, {});
}

/** Units of packs do not move the counters of money. */
function unitsInMoney(quantity: number, packs: readonly PackUnits[] | null): number {
  return packs === null ? quantity : packs.reduce((rest, { units }) => rest - units, quantity);
}

function chargeUnits(state: AccountState, year: string, counter: string, units: number): void {
  if (units === 0) return;
  const key = counterKey(year, counter);
  const before = state.unitsCharged.get(key);
  state.undo.record(() => {
    if (before === undefined) state.unitsCharged.delete(key);
    if (before !== undefined) state.unitsCharged.set(key, before);
  });
  state.unitsCharged.set(key, (before ?? 0) + units);
}

function findOpenHold(state: AccountState, holdId: string): OpenHold {
  const hold = state.openHolds.get(holdId);
  assert(hold !== undefined, `hold ${holdId} is open`);
  return hold;
}

function putHold(state: AccountState, hold: OpenHold): void {
  const { holdId } = hold.opening;
  const before = state.openHolds.get(holdId);
  state.undo.record(() => {
    if (before === undefined) state.openHolds.delete(holdId);
    if (before !== undefined) state.openHolds.set(holdId, before);
  });
  state.openHolds.set(holdId, hold);
}
