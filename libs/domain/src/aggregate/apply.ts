import type { AccountEvent } from '../core/events.ts';
import { evolve } from './evolve.ts';
import type { AccountState } from '../core/state.ts';
import { consequences } from './reactions.ts';
import type { Decision } from '../core/decision.ts';
import { sweep } from './sweep.ts';

const none: readonly AccountEvent[] = [];

/**
 * Folds what was decided into the state, and what follows from it at once; returns all of these events in their order,
 * for one append. The answer to the command rests on the decision alone.
 */
export function carryOut(state: AccountState, decision: Decision, now: number): readonly AccountEvent[] {
  if (decision.kind === 'replayed') return none;
  const { events } = decision;
  for (const event of events) evolve(state, event);
  if (events.length === 0) return none;
  const following = consequences(state, now);
  // What falls due at the very moment that made it due: the expiry of a pack that is nearer than it was to be told.
  const atOnce = state.dues.nextAt <= now ? sweep(state, now, Number.POSITIVE_INFINITY) : none;
  return following.length + atOnce.length === 0 ? events : [...events, ...following, ...atOnce];
}
