import {
  agreementYear,
  localDate,
  localTimeText,
  naturalDay,
  naturalMonth,
  offsetInZone,
  oneYearLater,
} from '../kernel/calendar.ts';
import { contains, type Period } from '../kernel/period.ts';
import { statedDate, statedDay, statedMonth, statedTimeText, statedYear, statedYearLater } from './stated-calendar.ts';
import { offsetAt } from './stated-zone.ts';
import { dayMs, type ZoneFacts } from './zone-shape.ts';

/** The periods of what is stated before this are cut off where it begins: a leap year. */
const cutMs = 366 * dayMs;

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

/** The periods that were asked for last. */
interface RecentPeriods {
  day?: Period;
  month?: Period;
  year?: Period;
}

/**
 * The calendar of one account, by what its history states of its time zone. What lies before that, in accounts that were
 * opened before anything was stated, is told by the runtime. Remembers the last day, month and year it was asked for, so
 * that a freeze compares numbers; what it answers depends on nothing but its arguments.
 */
export class AccountCalendar {
  readonly timeZone: string;
  /** Null where nothing is stated yet. */
  readonly zone: ZoneFacts | null;
  readonly #agreementStart: string;
  readonly #statedFrom: number;
  readonly #stated: RecentPeriods = {};
  readonly #told: RecentPeriods = {};

  constructor(timeZone: string, agreementStart: string, zone: ZoneFacts | null) {
    this.timeZone = timeZone;
    this.zone = zone;
    this.#agreementStart = agreementStart;
    this.#statedFrom = zone === null ? Number.POSITIVE_INFINITY : zone.from === 0 ? 0 : zone.from + cutMs;
  }

  /** The same account's, by other facts. */
  by(zone: ZoneFacts): AccountCalendar {
    return new AccountCalendar(this.timeZone, this.#agreementStart, zone);
  }

  dayOf(at: number): Period {
    const recent = this.#recentAt(at);
    if (recent.day === undefined || !contains(recent.day, at)) recent.day = this.#findDay(at);
    return recent.day;
  }

  monthOf(at: number): Period {
    const recent = this.#recentAt(at);
    if (recent.month === undefined || !contains(recent.month, at)) recent.month = this.#findMonth(at);
    return recent.month;
  }

  yearOf(at: number): Period {
    const recent = this.#recentAt(at);
    if (recent.year === undefined || !contains(recent.year, at)) recent.year = this.#findYear(at);
    return recent.year;
  }

  /** The local date of an instant, `YYYY-MM-DD`. */
  dateOf(at: number): string {
    const zone = this.#statedAt(at);
    return zone === null ? localDate(this.timeZone, at) : statedDate(zone, at);
  }

  /** What the account's clocks show, to the second, with their distance from UTC: `2026-01-30 10:00:00 (UTC+08:00)`. */
  timeText(at: number): string {
    const zone = this.#statedAt(at);
    return zone === null ? localTimeText(this.timeZone, at) : statedTimeText(zone, at);
  }

  /** What the account's clocks show, to the millisecond: `12:00:00.123`. */
  timeOfDay(at: number): string {
    return new Date(at + this.offsetAt(at)).toISOString().slice(-13, -1);
  }

  /** How far the account's clocks are ahead of UTC, in ms. */
  offsetAt(at: number): number {
    const zone = this.#statedAt(at);
    return zone === null ? offsetInZone(this.timeZone, at) : offsetAt(zone, at);
  }

  /**
   * One calendar year later: the same local time on the same day of the next year; of 29 February the 28th. A local time
   * that the clocks jump over is as much later as they jump; of one that comes twice it is the first.
   */
  yearLater(at: number): number {
    const zone = this.#statedAt(at);
    return zone === null ? oneYearLater(this.timeZone, at) : statedYearLater(zone, at);
  }

  #statedAt(at: number): ZoneFacts | null {
    return at < this.#statedFrom ? null : this.zone;
  }

  /** A period that the runtime told may reach into stated time, and end there otherwise than is stated. */
  #recentAt(at: number): RecentPeriods {
    return at < this.#statedFrom ? this.#told : this.#stated;
  }

  #findMonth(at: number): Period {
    const zone = this.#statedAt(at);
    return zone === null ? naturalMonth(this.timeZone, at) : statedMonth(zone, at);
  }

  #findDay(at: number): Period {
    const [zone, timeZone] = [this.#statedAt(at), this.timeZone];
    if (zone !== null) return statedDay(zone, at);
    return remembered(recentDays, timeZone, at, () => naturalDay(timeZone, at));
  }

  #findYear(at: number): Period {
    const [zone, timeZone, start] = [this.#statedAt(at), this.timeZone, this.#agreementStart];
    if (zone !== null) return statedYear(zone, start, at);
    return remembered(recentYears, `${timeZone} ${start}`, at, () => agreementYear(timeZone, start, at));
  }
}

declare module '../core/state.ts' {
  interface AccountState {
    /** The days and years of the account; null while there is no account. */
    calendar: AccountCalendar | null;
  }
}
