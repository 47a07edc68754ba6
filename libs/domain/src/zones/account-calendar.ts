import { contains, type Period } from '../kernel/period.ts';
import { statedDate, statedDay, statedMonth, statedTimeText, statedYear, statedYearLater } from './stated-calendar.ts';
import { offsetAt } from './stated-zone.ts';
import type { ZoneFacts } from './zone-shape.ts';

/** The periods that were asked for last. */
interface RecentPeriods {
  day?: Period;
  month?: Period;
  year?: Period;
}

/**
 * The calendar of one account, by what its history states of its time zone alone. Remembers the last day, month and year
 * it was asked for, so that a freeze compares numbers; what it answers depends on nothing but its arguments.
 */
export class AccountCalendar {
  readonly timeZone: string;
  readonly zone: ZoneFacts;
  readonly #agreementStart: string;
  readonly #recent: RecentPeriods = {};

  constructor(timeZone: string, agreementStart: string, zone: ZoneFacts) {
    this.timeZone = timeZone;
    this.zone = zone;
    this.#agreementStart = agreementStart;
  }

  /** The same account's, by other facts. */
  by(zone: ZoneFacts): AccountCalendar {
    return new AccountCalendar(this.timeZone, this.#agreementStart, zone);
  }

  findDay(at: number): Period {
    const recent = this.#recent;
    if (recent.day === undefined || !contains(recent.day, at)) recent.day = statedDay(this.zone, at);
    return recent.day;
  }

  findMonth(at: number): Period {
    const recent = this.#recent;
    if (recent.month === undefined || !contains(recent.month, at)) recent.month = statedMonth(this.zone, at);
    return recent.month;
  }

  findYear(at: number): Period {
    const recent = this.#recent;
    if (recent.year === undefined || !contains(recent.year, at))
      recent.year = statedYear(this.zone, this.#agreementStart, at);
    return recent.year;
  }

  /** The local date of an instant, `YYYY-MM-DD`. */
  findDate(at: number): string {
    return statedDate(this.zone, at);
  }

  /** What the account's clocks show, to the second, with their distance from UTC: `2026-01-30 10:00:00 (UTC+08:00)`. */
  timeText(at: number): string {
    return statedTimeText(this.zone, at);
  }

  /** What the account's clocks show, to the millisecond: `12:00:00.123`. */
  timeOfDay(at: number): string {
    return new Date(at + this.offsetAt(at)).toISOString().slice(-13, -1);
  }

  /** How far the account's clocks are ahead of UTC, in ms. */
  offsetAt(at: number): number {
    return offsetAt(this.zone, at);
  }

  /**
   * One calendar year later: the same local time on the same day of the next year; of 29 February the 28th. A local time
   * that the clocks jump over is as much later as they jump; of one that comes twice it is the first.
   */
  yearLater(at: number): number {
    return statedYearLater(this.zone, at);
  }
}

declare module '../core/state.ts' {
  interface AccountState {
    /** The days and years of the account; null while there is no account. */
    calendar: AccountCalendar | null;
  }
}
