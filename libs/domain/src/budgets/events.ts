/** How long a budget lasts before it is whole again: a natural day, a calendar month or an agreement year. */
export const budgetPeriods = ['day', 'month', 'year'] as const;

export type BudgetPeriod = (typeof budgetPeriods)[number];

/** A budget as it was set last; the data of its event, in the stored order of fields. */
export interface BudgetSet {
  readonly at: number;
  readonly name: string;
  /** Most that the holds opened on the budget in one period may freeze and charge. */
  readonly limit: string;
  readonly period: BudgetPeriod;
  readonly reason: string;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'budget-set.v1': BudgetSet;
  }
}
