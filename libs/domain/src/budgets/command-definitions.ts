import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { isId, isPositiveAmount } from '../kernel/validation.ts';
import type { SetBudget } from './commands.ts';
import { decideSetBudget } from './decide.ts';
import { budgetPeriods } from './events.ts';

export const budgetCommands = defineCommands({
  'set-budget': { validate: validateBudget, decide: decideSetBudget },
});

function validateBudget({ name, limit, period, reason }: SetBudget): Refusal | undefined {
  if (!isId(name)) return invalid('name');
  if (!isPositiveAmount(limit)) return invalidAmount('limit');
  return budgetPeriods.includes(period) ? validateReason(reason) : invalid('period');
}
