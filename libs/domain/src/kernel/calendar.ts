import { Temporal } from '@js-temporal/polyfill';

/** A stretch of time, in ms since 1970: `from` belongs to it, `until` no longer does. */
export interface Period {
  /** First local date of the period, `YYYY-MM-DD`. */
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

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

/** What the clocks of a time zone show, to the second, with their distance from UTC: `2026-01-30 10:00:00 (UTC+08:00)`. */
export function localTimeText(timeZone: string, at: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const time = local.toPlainDateTime().toString({ smallestUnit: 'second', roundingMode: 'trunc' });
  return `${time.replace('T', ' ')} (UTC${local.offset})`;
}

/** The hour of the local day at an instant, 0 to 23. */
export function localHour(timeZone: string, at: number): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).hour;
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

/** The natural day of a local date, `YYYY-MM-DD`. */
export function dayOfDate(timeZone: string, date: string): Period {
  const first = Temporal.PlainDate.from(date);
  return periodBetween(timeZone, first, first.add({ days: 1 }));
}

/** The local date `days` days after another; before it if below zero. */
export function dateAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
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
  return { name: first.toString(), from: startOf(timeZone, first), until: startOf(timeZone, next) };
}

function startOf(timeZone: string, date: Temporal.PlainDate): number {
  return date.toZonedDateTime({ timeZone }).epochMilliseconds;
}

function dateIn(timeZone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** Most time zones, and time zones with a start of agreements, of which the last day and year are remembered. */
const recentMax = 1_000;

/**
 * The last day by time zone, and the last year by time zone and start. Most accounts share them, and to work one out takes a
 * tenth of a millisecond, which each account paid that was loaded. What is answered depends on it no more than on what
 * each account remembers: a period is the answer for every instant in it.
 */
const recentDays = new Map<string, Period>();
const recentYears = new Map<string, Period>();

function remembered(recent: Map<string, Period>, key: string, at: number, find: () => Period): Period {
  const known = recent.get(key);
  if (known !== undefined && contains(known, at)) return known;
  if (recent.size >= recentMax && known === undefined) recent.clear();
  const period = find();
  recent.set(key, period);
  return period;
}

/**
 * The calendar of one account. Remembers the last day, month and year it was asked for, so that a freeze compares numbers;
 * what it answers depends on nothing but its arguments.
 */
export class AccountCalendar {
  readonly #timeZone: string;
  readonly #agreementStart: string;
  #day: Period | undefined;
  #month: Period | undefined;
  #year: Period | undefined;

  constructor(timeZone: string, agreementStart: string) {
    this.#timeZone = timeZone;
    this.#agreementStart = agreementStart;
  }

  dayOf(at: number): Period {
    const timeZone = this.#timeZone;
    if (this.#day === undefined || !contains(this.#day, at)) {
      this.#day = remembered(recentDays, timeZone, at, () => naturalDay(timeZone, at));
    }
    return this.#day;
  }

  monthOf(at: number): Period {
    if (this.#month === undefined || !contains(this.#month, at)) this.#month = naturalMonth(this.#timeZone, at);
    return this.#month;
  }

  yearOf(at: number): Period {
    if (this.#year === undefined || !contains(this.#year, at)) {
      const [timeZone, start] = [this.#timeZone, this.#agreementStart];
      this.#year = remembered(recentYears, `${timeZone} ${start}`, at, () => agreementYear(timeZone, start, at));
    }
    return this.#year;
  }
}

/** The first instant of a period belongs to it, its `until` does not. @param at ms since 1970. */
export function contains(period: Period, at: number): boolean {
  return period.from <= at && at < period.until;
}
