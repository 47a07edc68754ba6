import { type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { bounds } from '../kernel/bounds.ts';
import { formatMoney, type Money, plus, zero } from '../kernel/money.ts';
import { type Budget, computeUsed } from './budget.ts';
import type { SetBudget } from './commands.ts';
import { budgetView } from './view.ts';

/**
 * Sets what a budget allows. It has no id of its own: its name says which budget is meant, and setting it as it is
 * changes nothing. What was used of it stays, whatever the new limit and period are.
 */
export function decideSetBudget(state: AccountState, command: SetBudget, { now }: DecisionContext): Decision {
  const { name, period, reason } = command;
  const limit = formatMoney(command.limit);
  const before = state.budgets.get(name);
  if (before?.set.limit === limit && before.set.period === period && before.set.reason === reason) {
    const event = { type: 'budget-set.v1', data: before.set } as const;
    return { kind: 'replayed', event, budget: budgetView(before, now) };
  }
  if (state.summary.closed) return refused(refusal('account_closed'));
  if (before === undefined && state.budgets.size >= bounds.budgetsMax) {
    return refused(refusal('too_many_budgets', { limit: bounds.budgetsMax }));
  }
  const set = { at: now, name, limit, period, reason };
  const after = { set, limit: command.limit, spend: before?.spend ?? null };
  return { kind: 'accepted', events: [{ type: 'budget-set.v1', data: set }], budget: budgetView(after, now) };
}

/** The budget that a freeze names; undefined if it names none. */
export function budgetNamed(state: AccountState, name: string | null): Budget | Refusal | undefined {
  if (name === null) return undefined;
  return state.budgets.get(name) ?? refuse('unknown_budget', 'budget', { budget: name });
}

/**
 * The refusal if a freeze would take more than is left of its budget; all that is left is not too much, and nothing never
 * is, however much more than its limit is used.
 */
export function budgetRefusal(budget: Budget, required: Money, now: number): Refusal | undefined {
  if (required === zero) return undefined;
  const used = computeUsed(budget, now);
  if (plus(used, required) <= budget.limit) return undefined;
  const { name, limit } = budget.set;
  return refusal('budget_exceeded', {
    budget: name,
    limit,
    used: formatMoney(used),
    required: formatMoney(required),
  });
}
