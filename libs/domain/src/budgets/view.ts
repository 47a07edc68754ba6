import { formatMoney, minus } from '../kernel/money.ts';
import { type Budget, computeUsed } from './budget.ts';
import type { BudgetPeriod } from './events.ts';

/** A budget as callers see it at a moment. */
export interface BudgetView {
  readonly name: string;
  readonly limit: string;
  readonly period: BudgetPeriod;
  /** In the period of that moment. */
  readonly used: string;
  /** `limit` less `used`: below zero after a late charge, or when the limit was set below what is used. */
  readonly left: string;
}

/** A budget as shown: what is used of it in its period at `now` (ms since 1970), and what is left, below zero too. */
export function budgetView(budget: Budget, now: number): BudgetView {
  const used = computeUsed(budget, now);
  const { name, limit, period } = budget.set;
  return { name, limit, period, used: formatMoney(used), left: formatMoney(minus(budget.limit, used)) };
}

declare module '../core/decision.ts' {
  interface AnswerFacts {
    /** The budget that was set, as it is at this moment. */
    readonly budget?: BudgetView;
  }
}
