import { strict as assert } from 'node:assert';
import type { Period } from '../kernel/calendar.ts';
import { formatMoney, parseMoney } from '../kernel/money.ts';
import type { Budget, Spent } from './budget.ts';
import { budgetPeriods, type BudgetSet } from './events.ts';

export interface SpentTexts extends Period {
  readonly amount: string;
}

/** One budget; `spend` in the order of {@link budgetPeriods}. */
export type BudgetData = readonly [set: BudgetSet, spend: readonly SpentTexts[] | null];

export function spentTexts({ period: { name, from, until }, amount }: Spent): SpentTexts {
  return { name, from, until, amount: formatMoney(amount) };
}

export function readSpent({ name, from, until, amount }: SpentTexts): Spent {
  return { period: { name, from, until }, amount: parseMoney(amount, 'signed') };
}

export function budgetData({ set, spend }: Budget): BudgetData {
  return [set, spend === null ? null : budgetPeriods.map((period) => spentTexts(spend[period]))];
}

export function readBudget([set, spend]: BudgetData): Budget {
  const limit = parseMoney(set.limit);
  if (spend === null) return { set, limit, spend };
  const [day, month, year] = spend.map(readSpent);
  assert(day !== undefined && month !== undefined && year !== undefined, 'a budget is counted by day, month and year');
  return { set, limit, spend: { day, month, year } };
}
