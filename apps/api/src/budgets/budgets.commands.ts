import type { SetBudgetBody } from '#contract';
import { parseMoney, type SetBudget } from '#domain';

/*
 * From bodies, which have been read by their schemas, to commands: what was not given is null.
 */

export function setBudget(name: string, { limit, period, reason }: SetBudgetBody): SetBudget {
  return { kind: 'set-budget', name, limit: parseMoney(limit), period, reason };
}
