import { AccountCalendar, isDate, isTimeZone, localDate } from '../kernel/calendar.ts';
import type { AccountOpened } from './events.ts';
import type { Breach } from '../core/violation.ts';

/** What is wrong with the terms that an account was opened with. */
export function termsFaults(opened: AccountOpened, accountId: string): readonly Breach[] {
  const { timeZone, agreementStart, at } = opened;
  const faults: Breach[] = [];
  const say = (detail: string): void => {
    faults.push({ kind: 'terms-invalid', detail });
  };
  if (opened.accountId !== accountId) say(`the event opens ${opened.accountId}`);
  const countable = hasCalendar(opened);
  if (!countable) say(`no years can be counted from ${agreementStart} in ${timeZone}`);
  if (countable && agreementStart > localDate(timeZone, at)) say('its agreement starts after its opening');
  return faults;
}

/** The days and years of an account; undefined where none can be counted. */
export function calendarOfTerms(opened: AccountOpened): AccountCalendar | undefined {
  return hasCalendar(opened) ? new AccountCalendar(opened.timeZone, opened.agreementStart) : undefined;
}

function hasCalendar({ timeZone, agreementStart }: AccountOpened): boolean {
  return isTimeZone(timeZone) && isDate(agreementStart);
}
