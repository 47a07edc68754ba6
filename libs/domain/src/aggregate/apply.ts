import type { Command } from '../core/commands.ts';
import type { Decision, DecisionContext } from '../core/decision.ts';
import type { AccountEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { noteZone } from './note-zone.ts';
import { consequences } from './reactions.ts';
import { sweep } from './sweep.ts';

const none: readonly AccountEvent[] = [];

/**
 * Folds what was decided into the state, and what follows from it at once; returns all of these events in their order,
 * for one append. The answer to the command rests on the decision alone.
 */
export function applyDecision(state: AccountState, decision: Decision, now: number): readonly AccountEvent[] {
  if (decision.kind === 'replayed') return none;
  const { events } = decision;
  for (const event of events) evolve(state, event);
  if (events.length === 0) return none;
  const following = consequences(state, now);
  // What falls due at the very moment that made it due: the expiry of a pack that is nearer than it was to be told.
  const atOnce = state.schedule.nextAt <= now ? sweep(state, now, Number.POSITIVE_INFINITY) : none;
  return following.length + atOnce.length === 0 ? events : [...events, ...following, ...atOnce];
}

/**
 * Decides one command on an account that has been swept, and carries it out. What the account's clocks do is stated again
 * before, where that is due: the decision rests on it, and it is stored with the events of the decision or not at all.
 *
 * @returns the events for one append, folded into the state.
 */
export function decideAndCarryOut(
  state: AccountState,
  command: Command,
  context: DecisionContext,
): { readonly decision: Decision; readonly events: readonly AccountEvent[] } {
  const mark = state.undo.mark();
  const noted = noteZone(state, context.zones, context.now);
  const decision = decide(state, command, context);
  const events = applyDecision(state, decision, context.now);
  if (noted === undefined) return { decision, events };
  if (events.length > 0) return { decision, events: [noted, ...events] };
  state.undo.rollBackTo(mark);
  return { decision, events };
}
