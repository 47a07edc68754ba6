import { computeOwed } from '../billing/issue.ts';
import type { AccountEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { zero } from '../kernel/money.ts';
import { dueWarning } from '../warnings/warnings.ts';
import { evolve } from './evolve.ts';

const none: readonly AccountEvent[] = [];

/**
 * What follows at once from what has just happened to the account: folded into its state and returned, for the same
 * append. To be asked after the events of every accepted command and after every event of a sweep. Costs two comparisons
 * for an account of which nothing can follow.
 *
 * @param at time of what has happened, ms since 1970.
 */
export function consequences(state: AccountState, at: number): readonly AccountEvent[] {
  const { arrears, watch } = state.summary;
  if (arrears === null && watch === null) return none;
  const cleared =
    arrears !== null && computeOwed(state) <= zero
      ? [happen(state, { type: 'arrears-cleared.v1', data: { at } })]
      : none;
  return watch === null ? cleared : [...cleared, ...warnings(state, at)];
}

/** One after the other: what was warned of is not warned of again while it lasts. */
function warnings(state: AccountState, at: number): readonly AccountEvent[] {
  const events: AccountEvent[] = [];
  for (let due = findDueWarning(state); due !== undefined; due = findDueWarning(state)) {
    events.push(happen(state, { type: 'warning-raised.v1', data: { at, ...due } }));
  }
  return events;
}

function findDueWarning(state: AccountState): ReturnType<typeof dueWarning> {
  const { watch } = state.summary;
  return watch === null ? undefined : dueWarning(watch, state);
}

function happen(state: AccountState, event: AccountEvent): AccountEvent {
  evolve(state, event);
  return event;
}
