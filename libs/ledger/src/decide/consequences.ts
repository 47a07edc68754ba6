import { zero } from '../money.ts';
import type { AccountEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import type { AccountState } from '../state.ts';
import { owedOf } from './issue-bill.ts';

const none: readonly AccountEvent[] = [];

/**
 * What follows at once from what has just happened to the account: folded into its state and returned, for the same
 * append. To be asked after the events of every accepted command and after every event of a sweep. Costs one comparison
 * for an account of which nothing can follow.
 *
 * @param at time of what has happened, ms since 1970.
 */
export function consequences(state: AccountState, at: number): readonly AccountEvent[] {
  if (state.standing.arrears === null) return none;
  if (owedOf(state) > zero) return none;
  const event = { type: 'arrears-cleared.v1', data: { at } } as const;
  evolve(state, event);
  return [event];
}
