import { strict as assert } from 'node:assert';
import { dayBegun, dayBilled, dayEnded, givenBack, type BillingDays } from './billing-days.ts';
import type { BillIssued } from './events.ts';
import type { EventOf } from '../core/events.ts';
import type { Money } from '../kernel/money.ts';
import type { AccountState, Standing } from '../aggregate/state.ts';
import { arrearsWatch } from '../warnings/warnings.ts';

/*
 * How the days and bills of an account go on. A day has a bill if anything happened on it but notices: what the house
 * notes about bills. Otherwise every bill would make the day of its issue a day with a bill.
 */

/** The days after an event that is not a notice: most often the very same object. */
export function daysAfter({ standing, calendar }: AccountState, at: number): BillingDays {
  const { days } = standing;
  if (days.latest !== null && at < days.latest.day.until) return days;
  assert(calendar !== null, 'an account is opened before anything else happens to it');
  return dayBegun(days, standing, calendar.dayOf(at));
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

export function billIssued(standing: Standing, bill: BillIssued): Partial<Standing> {
  const { at, date, firstRevision, lastRevision } = bill;
  const days = daysAtNotice(standing, at);
  const charged = days.over[0]?.charged;
  assert(charged !== undefined, 'a bill is of a day that is over');
  const arrears = standing.arrears ?? bill.arrears;
  return {
    days: dayBilled(days, date, firstRevision, lastRevision),
    billed: { date, charged },
    arrears,
    watch: standing.watch ?? (arrears === null ? null : arrearsWatch),
  };
}

export function arrearsSuspended(
  standing: Standing,
  { at }: EventOf<'arrears-suspended.v1'>['data'],
): Partial<Standing> {
  const { arrears, suspendedFor } = standing;
  assert(
    arrears?.suspendsAt === at && !suspendedFor.includes('arrears'),
    'arrears suspend once, at the end of the grace',
  );
  return { days: daysAtNotice(standing, at), suspendedFor: [...suspendedFor, 'arrears'] };
}

export function arrearsCleared(standing: Standing, at: number): Partial<Standing> {
  assert(standing.arrears !== null, 'only what is in arrears is cleared of them');
  return {
    days: daysAtNotice(standing, at),
    arrears: null,
    suspendedFor: standing.suspendedFor.filter((cause) => cause !== 'arrears'),
  };
}
