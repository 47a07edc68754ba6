import { Temporal } from '@js-temporal/polyfill';
import type { Period } from '#domain';

/*
 * Days, months and years as the runtime works them out from its own database, by another way than accounts do: what an
 * account's calendar is compared with.
 */

/** What the clocks of a time zone show, to the second, with their distance from UTC: `2026-01-30 10:00:00 (UTC+08:00)`. */
export function localTimeText(timeZone: string, at: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const time = local.toPlainDateTime().toString({ smallestUnit: 'second', roundingMode: 'trunc' });
  return `${time.replace('T', ' ')} (UTC${local.offset})`;
}

/**
 * The natural day of an instant in a time zone. A day starts at the first instant of its local date, which is not
 * midnight where the clocks are put forward at midnight. Where they are put back across midnight the end of a day comes
 * twice; the second time belongs to the next day, which has begun by then.
 */
export function naturalDay(timeZone: string, at: number): Period {
  const date = dateIn(timeZone, at);
  const next = date.add({ days: 1 });
  const day = periodBetween(timeZone, date, next);
  return at < day.until ? day : periodBetween(timeZone, next, next.add({ days: 1 }));
}

/** The calendar month of an instant in a time zone; it starts and ends as its first and last day do. */
export function naturalMonth(timeZone: string, at: number): Period {
  const first = dateIn(timeZone, at).with({ day: 1 });
  const next = first.add({ months: 1 });
  const month = periodBetween(timeZone, first, next);
  return at < month.until ? month : periodBetween(timeZone, next, next.add({ months: 1 }));
}

/**
 * The agreement year of an instant. Years run from the start date to the day before its anniversary; every anniversary
 * is computed from the start date itself, so a start on 29 February falls on 28 February in common years only.
 * An instant before the start belongs to the first year.
 */
export function agreementYear(timeZone: string, start: string, at: number): Period {
  const first = Temporal.PlainDate.from(start);
  const date = dateIn(timeZone, at);
  let index = Math.max(0, date.year - first.year);
  if (index > 0 && Temporal.PlainDate.compare(date, first.add({ years: index })) < 0) index -= 1;
  const next = first.add({ years: index + 1 });
  const year = periodBetween(timeZone, first.add({ years: index }), next);
  return at < year.until ? year : periodBetween(timeZone, next, first.add({ years: index + 2 }));
}

/**
 * One calendar year later: the same local time on the same day of the next year; of 29 February the 28th. A local time
 * that the clocks jump over is as much later as they jump; of one that comes twice it is the first.
 */
export function oneYearLater(timeZone: string, at: number): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).add({ years: 1 }).epochMilliseconds;
}

function periodBetween(timeZone: string, first: Temporal.PlainDate, next: Temporal.PlainDate): Period {
  return { name: first.toString(), from: findStart(timeZone, first), until: findStart(timeZone, next) };
}

function findStart(timeZone: string, date: Temporal.PlainDate): number {
  return date.toZonedDateTime({ timeZone }).epochMilliseconds;
}

function dateIn(timeZone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
}
