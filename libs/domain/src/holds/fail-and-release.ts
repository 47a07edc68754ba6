import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { usedBefore } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { bounds } from '../kernel/bounds.ts';
import { findForfeited } from '../packs/hold-units.ts';
import type { Fail, Release } from './commands.ts';
import { holdFacts } from './find-hold.ts';
import { type HoldFacts, holdStatus } from './hold.ts';

/** Records that a call failed. The hold stays open: its credential can still be used until the deadline. */
export function decideFail(state: AccountState, command: Fail, context: DecisionContext): Decision {
  const { holdId, attemptId, reason } = command;
  const facts = holdFacts(state, context.known, holdId);
  if (facts === undefined) return refused(refusal('hold_not_found'));
  const { opening } = facts;
  const before = usedBefore(state, context.known, 'attempt', `${holdId}/${attemptId}`);
  if (before?.type === 'call-failed.v1') {
    if (before.data.reason !== reason) return refused(refuse('idempotency_conflict', 'reason'));
    return { kind: 'replayed', event: before, hold: { opening }, holdNow: facts };
  }
  const ended = endedRefusal(facts);
  if (ended !== undefined) return refused(ended);
  const attempts = state.openHolds.get(holdId)?.attempts ?? 0;
  if (attempts >= bounds.attemptsMax) return refused(refusal('too_many_attempts', { limit: bounds.attemptsMax }));
  return accepted(
    { type: 'call-failed.v1', data: { at: context.now, holdId, attemptId, reason } },
    { hold: { opening } },
  );
}

/** Gives everything back at once, because the credential was never issued or bought nothing billable. */
export function decideRelease(state: AccountState, command: Release, context: DecisionContext): Decision {
  const { holdId, reason } = command;
  const facts = holdFacts(state, context.known, holdId);
  if (facts === undefined) return refused(refusal('hold_not_found'));
  const { opening, ending } = facts;
  if (ending?.type === 'hold-released.v1' && ending.data.reason === reason) {
    return { kind: 'replayed', event: ending, hold: { opening, ending }, holdNow: facts };
  }
  const ended = endedRefusal(facts);
  if (ended !== undefined) return refused(ended);
  const attempts = state.openHolds.get(holdId)?.attempts ?? 0;
  if (attempts > 0 && !context.operator) return refused(refusal('credential_outstanding', { attempts }));
  const forfeited = findForfeited(state, opening, context.now);
  const event = {
    type: 'hold-released.v1',
    data: { at: context.now, holdId, amount: opening.amount, reason, completion: null, forfeited },
  } as const;
  return accepted(event, { hold: { opening, ending: event } });
}

function endedRefusal(facts: HoldFacts): Refusal | undefined {
  const status = holdStatus(facts);
  switch (status) {
    case 'open':
      return undefined;
    case 'settled':
      return refusal('hold_already_settled');
    case 'released':
      return refusal('hold_already_released');
    case 'expired':
      return refusal('hold_expired');
  }
}
