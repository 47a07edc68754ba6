import type { SetBudgetBody } from '#contract';
import { parseMoney, type SetBudget } from '#domain';

export function setBudget(name: string, { limit, period, reason }: SetBudgetBody): SetBudget {
  return { kind: 'set-budget', name, limit: parseMoney(limit), period, reason };
}
