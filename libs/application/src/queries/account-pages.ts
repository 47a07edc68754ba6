import { type BudgetView, budgetView } from '#domain';
import { type PackFigures, packFigures } from '../answers/pack-answer.ts';
import type { AccountRead } from '../lanes/entry.ts';

/** A page of an account's budgets in the order of their names. */
export interface BudgetPage {
  readonly budgets: readonly BudgetView[];
  /** ms since 1970. */
  readonly asOf: number;
}

/** Undefined if the account does not exist. */
export function budgetPage({ state, now }: AccountRead, after: string | null, limit: number): BudgetPage | undefined {
  if (state.opened === null) return undefined;
  return { budgets: state.budgets.page(after, limit).map((budget) => budgetView(budget, now)), asOf: now };
}

/** A page of an account's packs in the order in which they came. */
export interface PackPage {
  readonly packs: readonly PackFigures[];
  /** ms since 1970. */
  readonly asOf: number;
}

/** Undefined if the account does not exist; `unknown-after` if it has no such pack, or has forgotten it. */
export function packPage(
  { state, now }: AccountRead,
  after: string | null,
  limit: number,
): PackPage | 'unknown-after' | undefined {
  if (state.opened === null) return undefined;
  const packs = state.packs.all();
  const from = after === null ? 0 : packs.findIndex(({ packId }) => packId === after) + 1;
  if (after !== null && from === 0) return 'unknown-after';
  return { packs: packs.slice(from, from + limit).map(packFigures), asOf: now };
}
