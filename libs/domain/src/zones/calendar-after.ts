import type { AccountEvent } from '../core/events.ts';
import { AccountCalendar } from './account-calendar.ts';
import { restateZone } from './stated-zone.ts';

/** The calendar of an account after an event, for who follows its events without its state; undefined before its opening. */
export function calendarAfter(before: AccountCalendar | undefined, event: AccountEvent): AccountCalendar | undefined {
  if (event.type === 'account-opened.v1') {
    const { timeZone, agreementStart, zone } = event.data;
    return before ?? new AccountCalendar(timeZone, agreementStart, zone);
  }
  return event.type === 'zone-noted.v1' ? before?.by(restateZone(before.zone, event.data.zone)) : before;
}
