import type { BillIssued } from '../billing/events.ts';
import { strict as assert } from 'node:assert';
import { conventionAsked } from '../terms/statement-period.ts';
import { dueChangeOf } from '../core/schedule.ts';
import {
  arrearsCleared,
  arrearsSuspended,
  billIssued,
  refunded,
  isNotice,
  beginDay,
  daysFrom,
} from '../billing/evolve.ts';
import type { AccountEvent, EventOf } from '../core/events.ts';
import type { AccountOpened } from '../account/events.ts';
import { refundCharge, reverseDeposit } from '../corrections/evolve.ts';
import { noteUncollected, rearm, warningRaised } from '../warnings/evolve.ts';
import { endHold, openHold, openHoldOf, putHold, settleHold, settleLate } from '../holds/evolve.ts';
import { expirePack, forfeitPacks, newPack, putNotice, refundPack } from '../packs/evolve.ts';
import { negated, parseMoney, zero, type Money } from '../kernel/money.ts';
import { closeOrder, dropOrders, openOrder, payOrder } from '../orders/evolve.ts';
import { requestKey } from '../core/recent-ids.ts';
import { move, stand } from '../core/apply-movement.ts';
import { calendarOf, agreedAtOpening, termsFrom } from '../terms/terms.ts';
import type { AccountState } from '../core/state.ts';
import type { TermsChanged } from '../terms/events.ts';
import { watchAfter, watchInArrears } from '../warnings/warnings.ts';
import { noteZoneFacts } from '../account/evolve.ts';

/**
 * Folds one event into the state of its account. Total and dull: the same state and event always give the same result,
 * whoever folds. Changes the state in place and notes in its undo log how to take that back.
 */
export function evolve(state: AccountState, event: AccountEvent): void {
  if (state.calendar !== null && !isNotice(event)) beginDay(state, event.data.at);
  happened(state, event);
  if (state.standing.watch !== null) rearm(state);
}

function happened(state: AccountState, event: AccountEvent): void {
  const revision = state.standing.revision + 1;
  switch (event.type) {
    case 'account-opened.v1':
      openAccount(state, event.data);
      return;
    case 'funds-deposited.v1':
      state.recentIds.useId(revision, requestKey('deposit', event.data.depositId), event);
      move(state, event.data.at, {
        available: parseMoney(event.data.amount),
        deposited: parseMoney(event.data.amount),
      });
      return;
    case 'funds-withdrawn.v1': {
      const amount = parseMoney(event.data.amount);
      state.recentIds.useId(revision, requestKey('withdrawal', event.data.withdrawalId), event);
      move(state, event.data.at, { available: negated(amount), withdrawn: amount });
      return;
    }
    case 'balance-adjusted.v1': {
      const amount = parseMoney(event.data.amount, 'signed');
      state.recentIds.useId(revision, requestKey('adjustment', event.data.adjustmentId), event);
      move(state, event.data.at, { available: amount, credited: amount });
      return;
    }
    case 'funds-frozen.v2':
      openHold(state, revision, event.data);
      return;
    case 'call-failed.v1': {
      const hold = openHoldOf(state, event.data.holdId);
      state.recentIds.useId(revision, requestKey('attempt', `${event.data.holdId}/${event.data.attemptId}`), event);
      putHold(state, { ...hold, attempts: hold.attempts + 1 });
      move(state, event.data.at, {});
      return;
    }
    case 'hold-settled.v2':
      settleHold(state, revision, event);
      return;
    case 'hold-released.v2':
    case 'hold-expired.v2':
      endHold(state, revision, event, zero);
      return;
    case 'hold-settled-late.v2':
      settleLate(state, revision, event);
      return;
    case 'charge-uncollected.v1':
      state.recentHolds.recordUncollected(revision, event);
      stand(state, event.data.at, noteUncollected(state.standing, event.data));
      return;
    case 'charge-refunded.v2':
      refundCharge(state, revision, event);
      refunded(state, event.data.chargedAt ?? event.data.openedAt, parseMoney(event.data.amount));
      return;
    case 'deposit-reversed.v1':
      reverseDeposit(state, revision, event);
      return;
    case 'terms-changed.v1':
      state.recentIds.useId(revision, requestKey('change', event.data.changeId), event);
      changeTerms(state, revision, event.data);
      return;
    case 'account-suspended.v1':
    case 'account-resumed.v1':
      state.recentIds.useId(revision, requestKey('change', event.data.changeId), event);
      stand(state, event.data.at, { suspendedFor: event.data.suspendedFor });
      return;
    case 'account-closed.v2':
      state.recentIds.useId(revision, requestKey('change', event.data.changeId), event);
      if (event.data.forfeited !== null) forfeitPacks(state, event.data.forfeited);
      applyDue(state, revision, event);
      dropOrders(state);
      // Nothing is left that could be paid.
      stand(state, event.data.at, { closed: true, arrears: null });
      return;
    case 'bill-issued.v1':
      state.recentIds.useId(revision, requestKey('bill', event.data.date), event);
      applyDue(state, revision, event);
      issueBill(state, event.data);
      return;
    case 'arrears-suspended.v1':
      applyDue(state, revision, event);
      stand(state, event.data.at, arrearsSuspended(state.standing, event.data));
      return;
    case 'arrears-cleared.v1':
      applyDue(state, revision, event);
      stand(state, event.data.at, arrearsCleared(state.standing, event.data.at));
      return;
    case 'warning-raised.v1':
      stand(state, event.data.at, warningRaised(state, event.data));
      return;
    case 'zone-noted.v1':
      noteZoneFacts(state, event.data);
      return;
    case 'budget-set.v1':
      state.budgets.set(event.data);
      stand(state, event.data.at, {});
      return;
    case 'order-opened.v1':
      openOrder(state, revision, event);
      applyDue(state, revision, event);
      stand(state, event.data.at, {});
      return;
    case 'order-paid.v1':
      payOrder(state, revision, event);
      applyDue(state, revision, event);
      stand(state, event.data.at, {});
      return;
    case 'order-closed.v1':
      closeOrder(state, revision, event);
      applyDue(state, revision, event);
      stand(state, event.data.at, {});
      return;
    case 'pack-bought.v1':
      addPack(state, revision, event, parseMoney(event.data.price));
      return;
    case 'pack-granted.v1':
      addPack(state, revision, event, zero);
      return;
    case 'trial-taken.v1':
      takeTrial(state, event.data.family);
      addPack(state, revision, event, zero);
      return;
    case 'pack-expired.v1':
      expirePack(state, event.data);
      applyDue(state, revision, event);
      move(state, event.data.at, {});
      return;
    case 'pack-refunded.v1': {
      const amount = parseMoney(event.data.amount);
      const { boughtAt } = state.packs.of(event.data.packId);
      state.recentIds.useId(revision, requestKey('pack-refund', event.data.refundId), event);
      refundPack(state, event.data);
      applyDue(state, revision, event);
      move(state, event.data.at, { available: amount, packs: negated(amount) });
      refunded(state, boughtAt, amount);
      return;
    }
    default:
      assertNever(event);
  }
}

/** Only events that {@link dueChangeOf} knows come here: a freeze or a settle does not ask. */
function applyDue(state: AccountState, revision: number, event: AccountEvent): void {
  const change = dueChangeOf(event);
  if (change !== undefined) state.dues.apply(change, revision);
}

type PackComing = EventOf<'pack-bought.v1'> | EventOf<'pack-granted.v1'> | EventOf<'trial-taken.v1'>;

function addPack(state: AccountState, revision: number, event: PackComing, price: Money): void {
  state.recentIds.useId(revision, requestKey('pack', event.data.packId), event);
  state.packs.add(newPack(event.data, price, revision));
  applyDue(state, revision, event);
  putNotice(state, event.data.packId, event.data.at, revision);
  move(state, event.data.at, { available: negated(price), packs: price });
}

function issueBill(state: AccountState, bill: BillIssued): void {
  const issued = billIssued(state.standing, bill);
  stand(state, bill.at, { ...issued, watch: watchInArrears(state.standing.watch, issued.arrears !== null) });
}

function takeTrial(state: AccountState, family: string): void {
  assert(!state.trialsTaken.has(family), `a trial pack of ${family} is taken once`);
  state.undo.record(() => {
    state.trialsTaken.delete(family);
  });
  state.trialsTaken.add(family);
}

function openAccount(state: AccountState, opened: AccountOpened): void {
  assert(state.standing.revision === -1, 'an account is opened by the first event of its stream');
  const terms = termsFrom(opened, agreedAtOpening(opened));
  state.undo.record(() => {
    state.opened = null;
    state.calendar = null;
  });
  state.opened = opened;
  state.calendar = calendarOf(terms, opened.zone ?? null);
  stand(state, opened.at, { terms, days: daysFrom(state, opened.at) });
}

function changeTerms(state: AccountState, revision: number, { at, terms: agreed }: TermsChanged): void {
  const { opened, calendar, standing } = state;
  assert(opened !== null && calendar !== null, 'an account is opened before its terms change');
  const terms = termsFrom(opened, agreed);
  for (const table of terms.overrides?.values() ?? []) {
    if (state.agreedTables.has(table.hash)) continue;
    state.undo.record(() => state.agreedTables.delete(table.hash));
    state.agreedTables.set(table.hash, table);
  }
  const before = standing.terms?.agreed.warnings;
  const today = calendar.dayOf(at).name;
  stand(state, at, {
    terms,
    conventions: conventionAsked(standing.conventions, today, agreed.statementConvention),
    watch: watchAfter(standing.watch, agreed.warnings, standing.arrears !== null),
  });
  const { packPercentBelow, packExpiresWithinDays } = agreed.warnings;
  if (packPercentBelow === null) state.packs.rearmLow(null);
  else state.packs.passOverUsedUp();
  if (packExpiresWithinDays === before?.packExpiresWithinDays) return;
  for (const { packId } of state.packs.all()) putNotice(state, packId, at, revision);
}

function assertNever(event: never): never {
  throw new assert.AssertionError({ message: `an event of a known type, not ${JSON.stringify(event)}` });
}
