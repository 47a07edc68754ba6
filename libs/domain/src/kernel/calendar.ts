import { Temporal } from '@js-temporal/polyfill';
import type { Period } from './period.ts';

export { contains } from './period.ts';
export type { Period } from './period.ts';

/*
 * Days, months and years by what the runtime knows of time zones today. An account has its own, by what its history states
 * (see `AccountCalendar`): another machine, or this one in a year, knows otherwise.
 */

/** Whether the runtime knows this IANA time zone. An offset such as `+08:00` is not one. */
export function isTimeZone(timeZone: string): boolean {
  if (!/^[A-Za-z]/.test(timeZone)) return false;
  try {
    dateIn(timeZone, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether the text is a date of the calendar, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** The local date of an instant, `YYYY-MM-DD`. */
export function localDate(timeZone: string, at: number): string {
  return dateIn(timeZone, at).toString();
}

/** The hour of the local day at an instant, 0 to 23. */
export function localHour(timeZone: string, at: number): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).hour;
}

/** The natural day of a local date, `YYYY-MM-DD`. */
export function dayOfDate(timeZone: string, date: string): Period {
  const first = Temporal.PlainDate.from(date);
  return periodBetween(timeZone, first, first.add({ days: 1 }));
}

/** The local date `days` days after another; before it if below zero. */
export function dateAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

function periodBetween(timeZone: string, first: Temporal.PlainDate, next: Temporal.PlainDate): Period {
  return { name: first.toString(), from: dayStart(timeZone, first), until: dayStart(timeZone, next) };
}

function dayStart(timeZone: string, date: Temporal.PlainDate): number {
  return date.toZonedDateTime({ timeZone }).epochMilliseconds;
}

function dateIn(timeZone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
}
