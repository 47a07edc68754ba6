import { strict as assert } from 'node:assert';
import { type Money, parseMoney, plus, zero } from '../kernel/money.ts';
import { contains, type Period } from '../kernel/period.ts';
import type { UndoLog } from '../kernel/undo-log.ts';
import type { AccountCalendar } from '../zones/account-calendar.ts';
import type { BudgetPeriod, BudgetSet } from './events.ts';

/** What the holds that were opened on a budget in one period have frozen and charged. */
export interface Spent {
  readonly period: Period;
  readonly amount: Money;
}

/** All three, whatever the budget's own period is: a budget whose period is changed knows what was used of it. */
export type BudgetSpend = Readonly<Record<BudgetPeriod, Spent>>;

export interface Budget {
  readonly set: BudgetSet;
  readonly limit: Money;
  /** Of the last periods in which a hold was opened on it; null before the first. */
  readonly spend: BudgetSpend | null;
}

/** What is used of a budget in its period of `at`, which is not before its last hold was opened. */
export function computeUsed({ set, spend }: Pick<Budget, 'set' | 'spend'>, at: number): Money {
  if (spend === null) return zero;
  const { period, amount } = spend[set.period];
  return contains(period, at) ? amount : zero;
}

/**
 * The named budgets of one account. A freeze costs a look-up and three sums here, however many budgets there are, and
 * each change can be taken back by the undo log. A period turns when a hold is opened in the next one: of earlier
 * periods nothing is kept, because nothing is ever decided by them again.
 */
export class Budgets {
  readonly #budgets = new Map<string, Budget>();
  readonly #undo: UndoLog;
  /** In the order of their characters; made when it is asked for. */
  #names: readonly string[] | undefined;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  get size(): number {
    return this.#budgets.size;
  }

  get(name: string): Budget | undefined {
    return this.#budgets.get(name);
  }

  set(set: BudgetSet): void {
    const before = this.#budgets.get(set.name);
    this.#put(set.name, { set, limit: parseMoney(set.limit), spend: before?.spend ?? null });
  }

  /** A hold of this amount was opened on a budget. Time never runs backwards, so no earlier period comes back. */
  holdOpened(name: string, calendar: AccountCalendar, at: number, amount: Money): void {
    const budget = this.#known(name);
    const day = spentAfter(budget.spend?.day, at, amount) ?? { period: calendar.findDay(at), amount };
    const month = spentAfter(budget.spend?.month, at, amount) ?? { period: calendar.findMonth(at), amount };
    const year = spentAfter(budget.spend?.year, at, amount) ?? { period: calendar.findYear(at), amount };
    this.#put(name, { ...budget, spend: { day, month, year } });
  }

  /** What a hold on a budget takes of it changed; it counts in the periods in which the hold was opened. */
  holdChanged(name: string, openedAt: number, change: Money): void {
    const budget = this.#known(name);
    const { spend } = budget;
    assert(spend !== null, `a hold was opened on the budget ${name}`);
    const day = spentAfter(spend.day, openedAt, change) ?? spend.day;
    const month = spentAfter(spend.month, openedAt, change) ?? spend.month;
    const year = spentAfter(spend.year, openedAt, change) ?? spend.year;
    this.#put(name, { ...budget, spend: { day, month, year } });
  }

  /** The clocks of the account are to change otherwise than was known: periods under way end by the new calendar. */
  turnBy(calendar: AccountCalendar, at: number): void {
    const turned = ({ period, amount }: Spent, under: Period): Spent => {
      return { period: at < period.until ? under : period, amount };
    };
    // Asked for now, not for when they began: a year may have begun before anything was stated.
    const [thisDay, thisMonth, thisYear] = [calendar.findDay(at), calendar.findMonth(at), calendar.findYear(at)];
    for (const [name, budget] of this.#budgets) {
      if (budget.spend === null) continue;
      const day = turned(budget.spend.day, thisDay);
      const month = turned(budget.spend.month, thisMonth);
      const year = turned(budget.spend.year, thisYear);
      this.#put(name, { ...budget, spend: { day, month, year } });
    }
  }

  /** At most `limit` budgets in the order of their names, from the first one whose name comes after `after`. */
  page(after: string | null, limit: number): Budget[] {
    const names = this.#sortedNames();
    let from = 0;
    let until = after === null ? 0 : names.length;
    while (from < until) {
      const middle = (from + until) >> 1;
      if ((names[middle] ?? '') > (after ?? '')) until = middle;
      if ((names[middle] ?? '') <= (after ?? '')) from = middle + 1;
    }
    return names.slice(from, from + limit).map((name) => this.#known(name));
  }

  /** For a state that begins with these. */
  restore(budgets: readonly Budget[]): void {
    for (const budget of budgets) this.#put(budget.set.name, budget);
  }

  #known(name: string): Budget {
    const budget = this.#budgets.get(name);
    assert(budget !== undefined, `the budget ${name} was set`);
    return budget;
  }

  #put(name: string, budget: Budget): void {
    const before = this.#budgets.get(name);
    this.#undo.record(() => {
      if (before === undefined) this.#drop(name);
      if (before !== undefined) this.#budgets.set(name, before);
    });
    if (before === undefined) this.#names = undefined;
    this.#budgets.set(name, budget);
  }

  #drop(name: string): void {
    this.#names = undefined;
    this.#budgets.delete(name);
  }

  #sortedNames(): readonly string[] {
    this.#names ??= [...this.#budgets.keys()].sort((left, right) => (left < right ? -1 : 1));
    return this.#names;
  }
}

/** What was spent, and the change; undefined if `at` is not in that period. */
function spentAfter(spent: Spent | undefined, at: number, change: Money): Spent | undefined {
  if (spent === undefined || !contains(spent.period, at)) return undefined;
  const amount = plus(spent.amount, change);
  assert(amount >= zero, 'no budget is used by less than nothing');
  return { period: spent.period, amount };
}

declare module '../core/state.ts' {
  interface AccountState {
    readonly budgets: Budgets;
  }
}
