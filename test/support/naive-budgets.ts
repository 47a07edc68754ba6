import { type Units, units } from './naive-prices.ts';

/*
 * Budgets told a second time: no counters, but a sum over all holds for every question, and dates by the offset that the
 * opening states instead of the domain model's calendar.
 */

export type NaivePeriod = 'day' | 'month' | 'year';

export interface NaiveBudget {
  readonly name: string;
  readonly limit: string;
  readonly period: NaivePeriod;
  readonly reason: string;
}

/** Of a hold, what budgets ask. */
export interface Counted {
  readonly budget: string | null;
  readonly openedAt: number;
  readonly amount: Units;
  readonly ended: string;
  readonly settlement: { readonly charged: Units } | null;
  readonly refunded: Units;
}

/** What the opening of an account states of its clocks. */
export interface NaiveZone {
  readonly offsetMs: number;
  readonly changes: readonly { readonly at: number; readonly offsetMs: number }[];
}

/** What clocks show, as an ISO text without a zone. */
export function naiveTime({ offsetMs, changes }: NaiveZone, at: number): string {
  const passed = changes.filter((change) => change.at <= at);
  const offset = passed.length === 0 ? offsetMs : (passed[passed.length - 1]?.offsetMs ?? 0);
  return new Date(at + offset).toISOString().slice(0, -1);
}

/** What a hold counts: its frozen money while it is open, its charge afterwards, less what was given back of it. */
export function takenBy({ ended, amount, settlement, refunded }: Counted): Units {
  return ended === 'no' ? amount : (settlement?.charged ?? 0n) - refunded;
}

/** Most budgets of one account. */
const budgetsMax = 10_000;

export class NaiveBudgets {
  readonly #budgets: NaiveBudget[] = [];
  readonly #zone: NaiveZone;
  readonly #agreementStart: string;

  constructor(zone: NaiveZone | undefined, agreementStart: string) {
    if (zone === undefined) throw new RangeError('the opening states what the clocks do');
    this.#zone = zone;
    this.#agreementStart = agreementStart;
  }

  set({ name, limit, period, reason }: NaiveBudget, closed: boolean): string {
    const place = this.#budgets.findIndex((budget) => budget.name === name);
    const before = this.#budgets[place];
    if (before !== undefined) {
      const same = units(before.limit) === units(limit) && before.period === period && before.reason === reason;
      if (same) return 'replayed';
    }
    if (closed) return 'account_closed';
    if (before === undefined && this.#budgets.length >= budgetsMax) return 'too_many_budgets';
    this.#budgets.splice(before === undefined ? this.#budgets.length : place, 1, { name, limit, period, reason });
    return 'accepted';
  }

  has(name: string): boolean {
    return this.#budgets.some((budget) => budget.name === name);
  }

  exceededBy(name: string, amount: Units, holds: readonly Counted[], now: number): boolean {
    const budget = this.#budgets.find((one) => one.name === name);
    if (budget === undefined) return false;
    return this.#used(budget, holds, now) + amount > units(budget.limit);
  }

  lines(holds: readonly Counted[], now: number): readonly string[] {
    const named = [...this.#budgets].sort((left, right) => (left.name < right.name ? -1 : 1));
    return named.map((budget) => {
      const used = this.#used(budget, holds, now);
      return `${budget.name} ${String(used)} ${String(units(budget.limit) - used)}`;
    });
  }

  #used({ name, period }: NaiveBudget, holds: readonly Counted[], now: number): Units {
    const present = this.#findPeriod(period, now);
    const own = holds.filter((hold) => hold.budget === name && this.#findPeriod(period, hold.openedAt) === present);
    return own.reduce((total, hold) => total + takenBy(hold), 0n);
  }

  #findPeriod(period: NaivePeriod, at: number): string {
    const date = naiveTime(this.#zone, at).slice(0, 10);
    if (period === 'day') return date;
    if (period === 'month') return date.slice(0, 7);
    return this.#findYear(date);
  }

  /** The first year is that of the start; the anniversary of 29 February is 28 February in common years. */
  #findYear(date: string): string {
    const startYear = Number(this.#agreementStart.slice(0, 4));
    const dateYear = Number(date.slice(0, 4));
    const begun = date >= this.#anniversary(dateYear) ? dateYear : dateYear - 1;
    return String(Math.max(begun, startYear));
  }

  #anniversary(year: number): string {
    const monthAndDay = this.#agreementStart.slice(5);
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    return `${String(year)}-${monthAndDay === '02-29' && !leap ? '02-28' : monthAndDay}`;
  }
}
