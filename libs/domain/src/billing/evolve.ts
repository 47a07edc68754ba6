import { strict as assert } from 'node:assert';
import { applyHeader } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState, AccountSummary } from '../core/state.ts';
import type { Money } from '../kernel/money.ts';
import { type BillingDays, dayBegun, dayBilled, dayEnded, givenBack } from './billing-days.ts';

/*
 * How the days and bills of an account go on. A day has a bill if anything happened on it but notices: what the service
 * notes about bills. Otherwise every bill would make the day of its issue a day with a bill.
 */

/** Before an event that is not a notice: its day begins, unless it has begun. Most often nothing changes. */
export function beginDay(state: AccountState, at: number): void {
  const before = state.summary;
  const { latest } = before.days;
  if (latest !== null && at < latest.day.until) return;
  state.undo.record(() => {
    state.summary = before;
  });
  state.summary = { ...before, days: daysFrom(state, at) };
}

/** The days with that of `at` begun. */
export function daysFrom({ summary, calendar }: AccountState, at: number): BillingDays {
  assert(calendar !== null, 'an account is opened before anything else happens to it');
  return dayBegun(summary.days, summary, calendar.findDay(at));
}

/** The days after a notice, which ends a day but begins none. */
export function daysAtNotice(summary: AccountSummary, at: number): BillingDays {
  const { days } = summary;
  return days.latest !== null && at >= days.latest.day.until ? dayEnded(days, summary) : days;
}

/** After a refund: it is of a charge that was made, or of a pack that was bought, at `since`. */
export function refunded(state: AccountState, since: number, amount: Money): void {
  const { summary, calendar } = state;
  if (summary.billed === null && summary.days.over.length === 0) return;
  assert(calendar !== null, 'an open account has a calendar');
  // Its undo is that of the event, which has just replaced the summary as a whole.
  state.summary = { ...summary, ...givenBack(summary, calendar.findDay(since).name, amount) };
}

export function issueBill(state: AccountState, { data: bill }: TypedEvent<'bill-issued.v1'>): void {
  const { summary } = state;
  const { at, date, firstRevision, lastRevision } = bill;
  const days = daysAtNotice(summary, at);
  const charged = days.over[0]?.charged;
  assert(charged !== undefined, 'a bill is of a day that is over');
  applyHeader(state, at, {
    days: dayBilled(days, date, firstRevision, lastRevision),
    billed: { date, charged },
    arrears: summary.arrears ?? bill.arrears,
  });
}

export function suspendForArrears(state: AccountState, { data: { at } }: TypedEvent<'arrears-suspended.v1'>): void {
  const { summary } = state;
  const { arrears, suspendedFor } = summary;
  assert(
    arrears?.suspendsAt === at && !suspendedFor.includes('arrears'),
    'arrears suspend once, at the end of the grace',
  );
  applyHeader(state, at, { days: daysAtNotice(summary, at), suspendedFor: [...suspendedFor, 'arrears'] });
}

export function clearArrears(state: AccountState, { data: { at } }: TypedEvent<'arrears-cleared.v1'>): void {
  const { summary } = state;
  assert(summary.arrears !== null, 'only what is in arrears is cleared of them');
  applyHeader(state, at, {
    days: daysAtNotice(summary, at),
    arrears: null,
    suspendedFor: summary.suspendedFor.filter((cause) => cause !== 'arrears'),
  });
}
