import type { AccountEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { evolve } from './evolve.ts';
import { initialState } from './state.ts';

/** Folds events onto a state, for good. */
export function foldOnto(state: AccountState, events: Iterable<AccountEvent>): AccountState {
  for (const event of events) {
    evolve(state, event);
    state.undo.commit();
  }
  return state;
}

/** The state that a history makes. */
export function fold(events: Iterable<AccountEvent>): AccountState {
  return foldOnto(initialState(), events);
}
