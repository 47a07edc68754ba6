import { strict as assert } from 'node:assert';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import type { AccountEvent } from '../core/events.ts';
import { usedBefore } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { formatMoney } from '../kernel/money.ts';
import { computeRecognition } from '../packs/pack.ts';
import type { ChangeStatus } from './commands.ts';

const eventTypes = {
  suspend: 'account-suspended.v1',
  resume: 'account-resumed.v1',
  close: 'account-closed.v1',
} as const;

/**
 * Suspend and resume add and lift the operator's cause alone. Suspending what is suspended, or resuming what is not, is
 * recorded with its reason and changes nothing else.
 */
export function decideStatus(state: AccountState, command: ChangeStatus, context: DecisionContext): Decision {
  const { kind, changeId, reason } = command;
  const before = usedBefore(state, context.known, 'change', changeId);
  if (before !== undefined) return answerAgain(before, command);
  if (state.summary.closed) return refused(refusal('account_closed'));
  const at = context.now;
  if (kind === 'close') {
    const forfeitPacks = command.forfeitPacks ?? false;
    const left = state.packs.all().filter(({ remaining }) => remaining > 0);
    const notEmpty = findRemainder(state, at, forfeitPacks ? 0 : left.length);
    if (notEmpty !== undefined) return refused(refusal('account_not_empty', notEmpty));
    const lost = left.map((pack) => {
      const { packId, remaining: units } = pack;
      return { packId, units, amount: formatMoney(computeRecognition(pack, units)) };
    });
    const forfeited = lost.length === 0 ? null : lost;
    return accepted({
      type: 'account-closed.v1',
      data: { at, changeId, reason, forfeitPacks, forfeited },
    });
  }
  const others = state.summary.suspendedFor.filter((cause) => cause !== 'operator');
  if (kind === 'resume') {
    return accepted({ type: 'account-resumed.v1', data: { at, changeId, reason, suspendedFor: others } });
  }
  return accepted({
    type: 'account-suspended.v1',
    data: { at, changeId, reason, suspendedFor: ['operator', ...others] },
  });
}

function answerAgain(before: AccountEvent, command: ChangeStatus): Decision {
  if (before.type !== eventTypes[command.kind]) return refused(refuse('idempotency_conflict', 'changeId'));
  assert('reason' in before.data, 'a change of status has a reason');
  if (before.data.reason !== command.reason) return refused(refuse('idempotency_conflict', 'reason'));
  const forfeitedThen = before.type === 'account-closed.v1' && before.data.forfeitPacks;
  if (forfeitedThen !== (command.forfeitPacks ?? false)) {
    return refused(refuse('idempotency_conflict', 'forfeitPacks'));
  }
  return { kind: 'replayed', event: before };
}

/**
 * What keeps an account from being closed: money, open holds, a hold that ended unused and can still be settled late, or packs
 * with units left that are not to be lost. An open
 * hold counts even where nothing is frozen for it, because its units are free: its settle would still move the counters.
 */
function findRemainder(state: AccountState, now: number, packs: number): Refusal['facts'] {
  const { available, frozen } = state.summary.balance;
  const openHolds = state.openHolds.size;
  const lateWindowOpen = state.lateWindow.isOpen(now);
  if (available === 0n && frozen === 0n && openHolds === 0 && !lateWindowOpen && packs === 0) return undefined;
  return { available: formatMoney(available), frozen: formatMoney(frozen), openHolds, lateWindowOpen, packs };
}
