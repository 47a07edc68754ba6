import { strict as assert } from 'node:assert';
import { commandFault } from '../command-fault.ts';
import type { Command } from '../commands.ts';
import type { EventOf } from '../events.ts';
import { evolve } from '../evolve.ts';
import type { AccountState } from '../state.ts';
import { refused, type Decision, type DecisionContext } from './decision.ts';
import { decideFail, decideRelease } from './fail-and-release.ts';
import { decideFreeze } from './freeze.ts';
import { decideAdjust, decideDeposit, decideWithdraw } from './funds.ts';
import { accountUnknown, decideOpenAccount } from './open-account.ts';
import { decideSettle } from './settle.ts';
import { decideStatus } from './status.ts';

/**
 * Lets happen what is due at `now`: each hold whose deadline has come expires, in the order of deadlines, at its
 * deadline. Folds the events into the state and returns them; at most `limit`, so a second call may bring more.
 */
export function sweep(state: AccountState, now: number, limit: number): EventOf<'hold-expired.v2'>[] {
  const events: EventOf<'hold-expired.v2'>[] = [];
  let due = state.due.peek();
  while (due !== undefined && due.opening.expiresAt <= now && events.length < limit) {
    const { holdId, amount, expiresAt } = due.opening;
    const event = { type: 'hold-expired.v2', data: { at: expiresAt, holdId, amount, forfeited: null } } as const;
    evolve(state, event);
    events.push(event);
    due = state.due.peek();
  }
  return events;
}

/** Whether anything of the account is due at `now`. */
export function isDue(state: AccountState, now: number): boolean {
  const due = state.due.peek();
  return due !== undefined && due.opening.expiresAt <= now;
}

/**
 * Decides one command on an account that has been swept at `context.now`. Changes nothing: the caller folds the events
 * of an accepted (or recorded) decision.
 */
export function decide(state: AccountState, command: Command, context: DecisionContext): Decision {
  const fault = commandFault(command);
  if (fault !== undefined) return refused(fault);
  assert(context.now >= state.standing.lastAt, 'a decision is never taken before the account’s last event');
  assert(!isDue(state, context.now), 'an account is swept before anything is decided on it');
  if (command.kind === 'open-account') return decideOpenAccount(state, command, context);
  const unknown = accountUnknown(state);
  if (unknown !== undefined) return unknown;
  switch (command.kind) {
    case 'deposit':
      return decideDeposit(state, command, context);
    case 'withdraw':
      return decideWithdraw(state, command, context);
    case 'adjust':
      return decideAdjust(state, command, context);
    case 'freeze':
      return decideFreeze(state, command, context);
    case 'settle':
      return decideSettle(state, command, context);
    case 'fail':
      return decideFail(state, command, context);
    case 'release':
      return decideRelease(state, command, context);
    case 'expire-due':
      return { kind: 'accepted', events: [] };
    case 'suspend':
    case 'resume':
    case 'close':
      return decideStatus(state, command, context);
  }
}
