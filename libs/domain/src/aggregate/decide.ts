import { strict as assert } from 'node:assert';
import { commandFault } from './validate-command.ts';
import type { Command } from '../core/commands.ts';
import type { AccountState } from '../core/state.ts';
import { refused, type Decision, type DecisionContext } from '../core/decision.ts';
import { decideRefund, decideReversal } from '../corrections/decide.ts';
import { decideSetBudget } from '../budgets/decide.ts';
import { decideFail, decideRelease } from '../holds/fail-and-release.ts';
import { decideFreeze } from '../holds/freeze.ts';
import { decideAdjust, decideDeposit, decideWithdraw } from '../balance/decide.ts';
import { decideIssueBill } from '../billing/issue.ts';
import { accountUnknown, decideOpenAccount } from '../account/open.ts';
import { decideOpenOrder, decidePayOrder } from '../orders/decide.ts';
import { decideRefundPack } from '../packs/refund.ts';
import { decideSettle } from '../holds/settle.ts';
import { decideStatus } from '../account/change-status.ts';
import { decideTerms } from '../terms/change.ts';
import { isDue } from './sweep.ts';
import { decideTakePack } from '../packs/acquire.ts';

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
    case 'refund':
      return decideRefund(state, command, context);
    case 'reverse-deposit':
      return decideReversal(state, command, context);
    case 'expire-due':
      return { kind: 'accepted', events: [] };
    case 'take-pack':
      return decideTakePack(state, command, context);
    case 'refund-pack':
      return decideRefundPack(state, command, context);
    case 'change-terms':
      return decideTerms(state, command, context);
    case 'suspend':
    case 'resume':
    case 'close':
      return decideStatus(state, command, context);
    case 'set-budget':
      return decideSetBudget(state, command, context);
    case 'issue-bill':
      return decideIssueBill(state, command, context);
    case 'open-order':
      return decideOpenOrder(state, command, context);
    case 'pay-order':
      return decidePayOrder(state, command, context);
  }
}
