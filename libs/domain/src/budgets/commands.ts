import type { Money } from '../kernel/money.ts';
import type { BudgetPeriod } from './events.ts';

/** The budget of this name, as it is to be from now on. */
export interface SetBudget {
  readonly kind: 'set-budget';
  readonly name: string;
  readonly limit: Money;
  readonly period: BudgetPeriod;
  readonly reason: string;
}

declare module '../core/commands.ts' {
  interface Commands {
    'set-budget': SetBudget;
  }
}
