import type { AccountEvent } from '../core/events.ts';
import { AccountCalendar } from './account-calendar.ts';
import { statedAnew } from './stated-zone.ts';

/** The calendar of an account after an event, for who follows its events without its state; undefined before its opening. */
export function calendarAfter(before: AccountCalendar | undefined, event: AccountEvent): AccountCalendar | undefined {
  switch (event.type) {
    case 'account-opened.v1': {
      const { timeZone, agreementStart, zone } = event.data;
      return before ?? new AccountCalendar(timeZone, agreementStart, zone ?? null);
    }
    case 'zone-noted.v1':
      return before?.by(statedAnew(before.zone, event.data.zone));
    default:
      return before;
  }
}
