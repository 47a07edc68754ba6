import type { Violation } from '../core/violation.ts';
import { bounds } from '../kernel/bounds.ts';
import { formatMoney, type Money, parseMoney } from '../kernel/money.ts';
import type { AccountLimits } from '../terms/events.ts';
import type { AccountCalendar } from '../zones/account-calendar.ts';
import { type BudgetPeriod, budgetPeriods, type BudgetSet } from './events.ts';

/** Amounts by the name of a period: `day 2026-01-29`. */
type Totals = Map<string, bigint>;

interface AuditedBudget {
  set: BudgetSet;
  readonly totals: Totals;
}

/** A hold as far as guards and budgets count it. */
interface CountedHold {
  readonly openedAt: number;
  readonly amount: Money;
  readonly budget: string | null;
}

/** What is open after a freeze, its own hold included. */
export interface OpenNow {
  readonly openHolds: number;
  readonly frozen: Money;
}

/**
 * What the holds of one account count against its guards and budgets, added up from the events alone: every amount goes
 * to the period that the calendar names for the opening of its hold, whenever it comes. The domain model instead keeps the
 * last period and asks whether a moment lies in it.
 */
export class SpendAudit {
  /** Of the account, from its opening on. */
  calendar: AccountCalendar | undefined;
  /** The budget that the last event touched; undefined if it touched none. */
  lastBudget: string | undefined;
  readonly #daily: Totals = new Map();
  readonly #budgets = new Map<string, AuditedBudget>();

  /** Returns what is wrong with it. */
  setBudget(set: BudgetSet): Violation | undefined {
    this.lastBudget = set.name;
    const known = this.#budgets.get(set.name);
    if (known !== undefined) {
      known.set = set;
      return undefined;
    }
    this.#budgets.set(set.name, { set, totals: new Map() });
    if (this.#budgets.size <= bounds.budgetsMax) return undefined;
    return { kind: 'too-many-budgets', detail: `${set.name} is one more than ${String(bounds.budgetsMax)}` };
  }

  /** A hold was opened; returns the guards and budgets that it breaks. */
  freeze({ openedAt, amount, budget }: CountedHold, limits: AccountLimits | undefined, now: OpenNow): Violation[] {
    const { calendar } = this;
    if (calendar === undefined || limits === undefined) return [];
    this.lastBudget = budget ?? undefined;
    const violations: Violation[] = [];
    const note = (what: string, limit: bigint | null, used: bigint): void => {
      if (limit === null || used <= limit) return;
      violations.push({ kind: 'guard-exceeded', detail: `${what}: ${String(used)}, at most ${String(limit)}` });
    };
    add(this.#daily, 'day', calendar, openedAt, amount);
    forgetOthers(this.#daily, ['day'], calendar, openedAt);
    note('open holds', BigInt(limits.openHolds), BigInt(now.openHolds));
    // A hold that takes no money is held to no guard on money, however much of that is used up.
    const takesMoney = amount > 0n;
    if (takesMoney) {
      note('frozen, in units of the last place', parseUnits(limits.frozen), now.frozen);
      note('spent in a day, in units of the last place', parseUnits(limits.dailySpend), this.dailySpend(openedAt));
    }
    if (budget === null) return violations;
    const found = this.#budgets.get(budget);
    if (found === undefined) return [...violations, { kind: 'budget-unknown', detail: `no budget ${budget} was set` }];
    for (const period of budgetPeriods) add(found.totals, period, calendar, openedAt, amount);
    forgetOthers(found.totals, budgetPeriods, calendar, openedAt);
    const used = this.used(budget, openedAt) ?? 0n;
    if (!takesMoney || used <= parseMoney(found.set.limit)) return violations;
    const detail = `${formatMoney(used as Money)} of ${budget} are used, at most ${found.set.limit} may be`;
    return [...violations, { kind: 'budget-exceeded', detail }];
  }

  /** What a hold counts for has changed: it ended, was charged late, or a charge of it was given back. */
  change({ openedAt, budget }: Pick<CountedHold, 'openedAt' | 'budget'>, change: bigint): void {
    const { calendar } = this;
    if (calendar === undefined || change === 0n) return;
    this.lastBudget = budget ?? undefined;
    add(this.#daily, 'day', calendar, openedAt, change);
    const found = budget === null ? undefined : this.#budgets.get(budget);
    if (found === undefined) return;
    for (const period of budgetPeriods) add(found.totals, period, calendar, openedAt, change);
  }

  /** What the holds opened on the day of a moment count for. */
  dailySpend(at: number): bigint {
    return this.calendar === undefined ? 0n : (this.#daily.get(periodKey('day', this.calendar, at)) ?? 0n);
  }

  /** What the holds opened on a budget in its period of a moment count for; undefined if there is no such budget. */
  used(name: string, at: number): bigint | undefined {
    const budget = this.#budgets.get(name);
    if (budget === undefined || this.calendar === undefined) return undefined;
    return budget.totals.get(periodKey(budget.set.period, this.calendar, at)) ?? 0n;
  }
}

function parseUnits(text: string | null): bigint | null {
  return text === null ? null : parseMoney(text);
}

function add(totals: Totals, period: BudgetPeriod, calendar: AccountCalendar, at: number, amount: bigint): void {
  const key = periodKey(period, calendar, at);
  totals.set(key, (totals.get(key) ?? 0n) + amount);
}

/** Nothing is decided by a period that is over. */
function forgetOthers(totals: Totals, periods: readonly BudgetPeriod[], calendar: AccountCalendar, at: number): void {
  if (totals.size <= periods.length) return;
  const kept = new Set(periods.map((period) => periodKey(period, calendar, at)));
  for (const key of totals.keys()) if (!kept.has(key)) totals.delete(key);
}

function periodKey(period: BudgetPeriod, calendar: AccountCalendar, at: number): string {
  switch (period) {
    case 'day':
      return `day ${calendar.findDay(at).name}`;
    case 'month':
      return `month ${calendar.findMonth(at).name}`;
    case 'year':
      return `year ${calendar.findYear(at).name}`;
  }
}
