import { strict as assert } from 'node:assert';
import { stand } from '../core/apply-movement.ts';
import { dayBegun, dayBilled, dayEnded, givenBack, type BillingDays } from './billing-days.ts';
import type { EventOf } from '../core/events.ts';
import type { Money } from '../kernel/money.ts';
import type { AccountState, Standing } from '../core/state.ts';

/*
 * How the days and bills of an account go on. A day has a bill if anything happened on it but notices: what the house
 * notes about bills. Otherwise every bill would make the day of its issue a day with a bill.
 */

/** Before an event that is not a notice: its day begins, unless it has begun. Most often nothing changes. */
export function beginDay(state: AccountState, at: number): void {
  const before = state.standing;
  const { latest } = before.days;
  if (latest !== null && at < latest.day.until) return;
  state.undo.record(() => {
    state.standing = before;
  });
  state.standing = { ...before, days: daysFrom(state, at) };
}

/** The days with that of `at` begun. */
export function daysFrom({ standing, calendar }: AccountState, at: number): BillingDays {
  assert(calendar !== null, 'an account is opened before anything else happens to it');
  return dayBegun(standing.days, standing, calendar.dayOf(at));
}

/** The days after a notice, which ends a day but begins none. */
export function daysAtNotice(standing: Standing, at: number): BillingDays {
  const { days } = standing;
  return days.latest !== null && at >= days.latest.day.until ? dayEnded(days, standing) : days;
}

/** After a refund: it is of a charge that was made, or of a pack that was bought, at `since`. */
export function refunded(state: AccountState, since: number, amount: Money): void {
  const { standing, calendar } = state;
  if (standing.billed === null && standing.days.over.length === 0) return;
  assert(calendar !== null, 'an open account has a calendar');
  // Its undo is that of the event, which has just replaced the standing as a whole.
  state.standing = { ...standing, ...givenBack(standing, calendar.dayOf(since).name, amount) };
}

export function issueBill(state: AccountState, { data: bill }: EventOf<'bill-issued.v1'>): void {
  const { standing } = state;
  const { at, date, firstRevision, lastRevision } = bill;
  const days = daysAtNotice(standing, at);
  const charged = days.over[0]?.charged;
  assert(charged !== undefined, 'a bill is of a day that is over');
  stand(state, at, {
    days: dayBilled(days, date, firstRevision, lastRevision),
    billed: { date, charged },
    arrears: standing.arrears ?? bill.arrears,
  });
}

export function suspendForArrears(state: AccountState, { data: { at } }: EventOf<'arrears-suspended.v1'>): void {
  const { standing } = state;
  const { arrears, suspendedFor } = standing;
  assert(
    arrears?.suspendsAt === at && !suspendedFor.includes('arrears'),
    'arrears suspend once, at the end of the grace',
  );
  stand(state, at, { days: daysAtNotice(standing, at), suspendedFor: [...suspendedFor, 'arrears'] });
}

export function clearArrears(state: AccountState, { data: { at } }: EventOf<'arrears-cleared.v1'>): void {
  const { standing } = state;
  assert(standing.arrears !== null, 'only what is in arrears is cleared of them');
  stand(state, at, {
    days: daysAtNotice(standing, at),
    arrears: null,
    suspendedFor: standing.suspendedFor.filter((cause) => cause !== 'arrears'),
  });
}
