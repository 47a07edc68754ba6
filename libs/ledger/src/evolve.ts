import { strict as assert } from 'node:assert';
import { assertSound } from './balance-invariants.ts';
import { contains } from './calendar.ts';
import type { AccountEvent, AccountOpened, EventOf, FundsFrozen } from './events.ts';
import type { HoldEnding, OpenHold } from './holds.ts';
import { minus, negated, parseMoney, plus, zero, type Money } from './money.ts';
import { requestKey } from './recent-past.ts';
import {
  calendarOf,
  counterKey,
  type AccountState,
  type Balance,
  type DailySpend,
  type Standing,
  type Terms,
} from './state.ts';

/**
 * Folds one event into the state of its account. Total and dull: the same state and event always give the same result,
 * whoever folds. Changes the state in place and notes in its undo log how to take that back.
 */
export function evolve(state: AccountState, event: AccountEvent): void {
  const revision = state.standing.revision + 1;
  switch (event.type) {
    case 'account-opened.v1':
      openAccount(state, event.data);
      return;
    case 'funds-deposited.v1':
      state.past.useId(revision, requestKey('deposit', event.data.depositId), event);
      move(state, event.data.at, {
        available: parseMoney(event.data.amount),
        deposited: parseMoney(event.data.amount),
      });
      return;
    case 'funds-withdrawn.v1': {
      const amount = parseMoney(event.data.amount);
      state.past.useId(revision, requestKey('withdrawal', event.data.withdrawalId), event);
      move(state, event.data.at, { available: negated(amount), withdrawn: amount });
      return;
    }
    case 'balance-adjusted.v1': {
      const amount = parseMoney(event.data.amount, 'signed');
      state.past.useId(revision, requestKey('adjustment', event.data.adjustmentId), event);
      move(state, event.data.at, { available: amount, credited: amount });
      return;
    }
    case 'funds-frozen.v2':
      openHold(state, revision, event.data);
      return;
    case 'call-failed.v1': {
      const hold = openHoldOf(state, event.data.holdId);
      state.past.useId(revision, requestKey('attempt', `${event.data.holdId}/${event.data.attemptId}`), event);
      putHold(state, { ...hold, attempts: hold.attempts + 1 });
      move(state, event.data.at, {});
      return;
    }
    case 'hold-settled.v2':
      settleHold(state, revision, event);
      return;
    case 'hold-released.v2':
      endHold(state, revision, event, zero);
      return;
    case 'hold-expired.v2':
      endHold(state, revision, event, zero);
      state.lateWindow.expired(event.data.at);
      return;
    case 'hold-settled-late.v2':
      settleLate(state, revision, event);
      return;
    case 'charge-uncollected.v1':
      state.past.recordUncollected(revision, event);
      move(state, event.data.at, {});
      return;
    case 'account-suspended.v1':
    case 'account-resumed.v1':
      state.past.useId(revision, requestKey('change', event.data.changeId), event);
      stand(state, event.data.at, { suspendedFor: event.data.suspendedFor });
      return;
    case 'account-closed.v1':
      state.past.useId(revision, requestKey('change', event.data.changeId), event);
      stand(state, event.data.at, { closed: true });
      return;
    default:
      assertNever(event);
  }
}

/** What each part of the balance gains; may be negative. */
type Movement = Partial<Balance>;

function openAccount(state: AccountState, opened: AccountOpened): void {
  assert(state.standing.revision === -1, 'an account is opened by the first event of its stream');
  const terms: Terms = {
    currency: opened.currency,
    timeZone: opened.timeZone,
    agreementStart: opened.agreementStart,
    priceBook: opened.priceBook,
    creditLimit: parseMoney(opened.creditLimit),
    openHoldsMax: opened.limits.openHolds,
    frozenMax: opened.limits.frozen === null ? null : parseMoney(opened.limits.frozen),
    dailySpendMax: opened.limits.dailySpend === null ? null : parseMoney(opened.limits.dailySpend),
  };
  state.undo.record(() => {
    state.opened = null;
    state.calendar = null;
  });
  state.opened = opened;
  state.calendar = calendarOf(terms);
  stand(state, opened.at, { terms });
}

function openHold(state: AccountState, revision: number, opening: FundsFrozen): void {
  assert(!state.openHolds.has(opening.holdId), `hold ${opening.holdId} is opened once`);
  const hold: OpenHold = { opening, amount: parseMoney(opening.amount), order: revision, attempts: 0 };
  putHold(state, hold);
  state.due.push(hold);
  const spend = spendOfDay(state, opening.at);
  move(
    state,
    opening.at,
    { available: negated(hold.amount), frozen: hold.amount },
    { day: spend.day, amount: plus(spend.amount, hold.amount) },
  );
}

function settleHold(state: AccountState, revision: number, event: EventOf<'hold-settled.v2'>): void {
  const { pricing } = openHoldOf(state, event.data.holdId).opening;
  if (pricing !== null && event.data.quantity !== null) {
    chargeUnits(state, pricing.year, pricing.counter, event.data.quantity);
  }
  endHold(state, revision, event, parseMoney(event.data.amount));
}

/** Ends an open hold: `charged` goes to the platform, the rest back to available. */
function endHold(state: AccountState, revision: number, event: HoldEnding, charged: Money): void {
  const hold = openHoldOf(state, event.data.holdId);
  const returned = minus(hold.amount, charged);
  assert(returned >= zero, 'a hold never costs more than was frozen for it');
  const stated = event.type === 'hold-settled.v2' ? event.data.returned : event.data.amount;
  assert(parseMoney(stated) === returned, 'an ending gives back what was frozen and not charged');
  state.undo.record(() => {
    state.openHolds.set(hold.opening.holdId, hold);
    state.due.push(hold);
  });
  state.openHolds.delete(hold.opening.holdId);
  state.due.compact(state.openHolds.size);
  state.past.endHold(revision, { opening: hold.opening, ending: event });
  move(
    state,
    event.data.at,
    { available: returned, frozen: negated(hold.amount), settled: charged },
    spendAfter(state, hold.opening.at, negated(returned)),
  );
}

function settleLate(state: AccountState, revision: number, event: EventOf<'hold-settled-late.v2'>): void {
  const { at, amount, hold, quantity } = event.data;
  const charged = parseMoney(amount);
  if (hold.year !== null && hold.counter !== null && quantity !== null) {
    chargeUnits(state, hold.year, hold.counter, quantity);
  }
  if (hold.ending === 'expired') state.lateWindow.settledLate(hold.expiresAt);
  state.past.recordLate(revision, event);
  move(state, at, { available: negated(charged), settled: charged }, spendAfter(state, hold.openedAt, charged));
}

function chargeUnits(state: AccountState, year: string, counter: string, units: number): void {
  const key = counterKey(year, counter);
  const before = state.unitsCharged.get(key);
  state.undo.record(() => {
    if (before === undefined) state.unitsCharged.delete(key);
    if (before !== undefined) state.unitsCharged.set(key, before);
  });
  state.unitsCharged.set(key, (before ?? 0) + units);
}

/** What the day of `at` has spent so far: nothing, if it is a later day than the one that was counted last. */
function spendOfDay(state: AccountState, at: number): DailySpend {
  const { spend } = state.standing;
  if (spend !== null && contains(spend.day, at)) return spend;
  assert(state.calendar !== null, 'an account is opened before anything else happens to it');
  return { day: state.calendar.dayOf(at), amount: zero };
}

/** The day's spend after a hold opened at `openedAt` changed by `change`; a day that is over is not counted any more. */
function spendAfter(state: AccountState, openedAt: number, change: Money): DailySpend | null {
  const { spend } = state.standing;
  if (spend === null || !contains(spend.day, openedAt)) return spend;
  return { day: spend.day, amount: plus(spend.amount, change) };
}

function openHoldOf(state: AccountState, holdId: string): OpenHold {
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

function move(
  state: AccountState,
  at: number,
  movement: Movement,
  spend: DailySpend | null = state.standing.spend,
): void {
  const { balance: before } = state.standing;
  const balance: Balance = {
    available: plus(before.available, movement.available ?? zero),
    frozen: plus(before.frozen, movement.frozen ?? zero),
    settled: plus(before.settled, movement.settled ?? zero),
    packs: before.packs,
    deposited: plus(before.deposited, movement.deposited ?? zero),
    credited: plus(before.credited, movement.credited ?? zero),
    withdrawn: plus(before.withdrawn, movement.withdrawn ?? zero),
  };
  assertSound(balance);
  stand(state, at, { spend, balance });
}

/** Every event ends here, once: the standing gets its next revision and time. */
function stand(state: AccountState, at: number, change: Partial<Standing>): void {
  const before = state.standing;
  assert(at >= before.lastAt, 'time never runs backwards inside an account');
  state.undo.record(() => {
    state.standing = before;
  });
  state.standing = { ...before, ...change, revision: before.revision + 1, lastAt: at };
}

function assertNever(event: never): never {
  throw new assert.AssertionError({ message: `an event of a known type, not ${JSON.stringify(event)}` });
}
