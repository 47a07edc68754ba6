import { budgetView, type BudgetView } from '#domain';
import type { Sight } from '../lanes/entry.ts';

/** A page of an account's budgets in the order of their names. */
export interface BudgetPage {
  readonly budgets: readonly BudgetView[];
  /** ms since 1970. */
  readonly asOf: number;
}

/** Undefined if the account does not exist. */
export function budgetPage({ state, now }: Sight, after: string | null, limit: number): BudgetPage | undefined {
  if (state.opened === null) return undefined;
  return { budgets: state.budgets.page(after, limit).map((budget) => budgetView(budget, now)), asOf: now };
}
