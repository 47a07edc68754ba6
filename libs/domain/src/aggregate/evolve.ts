import { beginDay } from '../billing/evolve.ts';
import { type EventDefinition, idIn } from '../core/event-definition.ts';
import type { AccountEvent, AccountEventType } from '../core/events.ts';
import { requestKey } from '../core/recent-ids.ts';
import type { AccountState } from '../core/state.ts';
import { rearm } from '../warnings/evolve.ts';
import { findDefinition } from './events.ts';

/**
 * Folds one event into the state of its account. Total and dull: the same state and event always give the same result,
 * whoever folds. Changes the state in place and notes in its undo log how to take that back.
 */
export function evolve(state: AccountState, event: AccountEvent): void {
  evolveAs(findDefinition(event.type), state, event);
}

/** What every event does, and what its definition says that it does besides. */
export function evolveAs(
  definition: EventDefinition<AccountEventType>,
  state: AccountState,
  event: AccountEvent,
): void {
  const { isNotice, usedId, schedule } = definition;
  if (state.calendar !== null && !isNotice) beginDay(state, event.data.at);
  const revision = state.summary.revision + 1;
  // Holds are remembered with what became of them, not by their ids alone.
  if (usedId !== null && usedId[0] !== 'hold') {
    state.recentIds.useId(revision, requestKey(usedId[0], idIn(usedId, event.data)), event);
  }
  definition.evolve(state, event, revision);
  const change = schedule?.(event.data);
  if (change !== undefined) state.schedule.apply(change, revision);
  if (state.summary.watch !== null) rearm(state);
}
