import { strict as assert } from 'node:assert';
import { accountUnknown } from '../account/open.ts';
import type { Command } from '../core/commands.ts';
import { type Decision, type DecisionContext, refused } from '../core/decision.ts';
import type { AccountState } from '../core/state.ts';
import { findCommandDefinition } from './commands.ts';
import { isDue } from './sweep.ts';

/**
 * Decides one command on an account that has been swept at `context.now`. Changes nothing: the caller folds the events
 * of an accepted (or recorded) decision.
 */
export function decide(state: AccountState, command: Command, context: DecisionContext): Decision {
  const definition = findCommandDefinition(command.kind);
  const error = definition.validate(command);
  if (error !== undefined) return refused(error);
  assert(context.now >= state.summary.lastAt, 'a decision is never taken before the account’s last event');
  assert(!isDue(state, context.now), 'an account is swept before anything is decided on it');
  const unknown = command.kind === 'open-account' ? undefined : accountUnknown(state);
  return unknown ?? definition.decide(state, command, context);
}
