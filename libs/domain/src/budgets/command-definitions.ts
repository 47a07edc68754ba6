import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, reasonFault } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { isId, isPositiveAmount } from '../kernel/validation.ts';
import type { SetBudget } from './commands.ts';
import { decideSetBudget } from './decide.ts';
import { budgetPeriods } from './events.ts';

export const budgetCommands = defineCommands({
  'set-budget': { validate: budgetFault, decide: decideSetBudget },
});

function budgetFault({ name, limit, period, reason }: SetBudget): Refusal | undefined {
  if (!isId(name)) return invalid('name');
  if (!isPositiveAmount(limit)) return invalidAmount('limit');
  return budgetPeriods.includes(period) ? reasonFault(reason) : invalid('period');
}
