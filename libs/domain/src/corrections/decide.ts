import { strict as assert } from 'node:assert';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import type { TypedEvent } from '../core/events.ts';
import { rangeRefusal } from '../core/guards.ts';
import { answerAgain, firstDifference, usedBefore } from '../core/idempotency.ts';
import { refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { holdFacts } from '../holds/find-hold.ts';
import type { HoldFacts } from '../holds/hold.ts';
import { formatMoney, minus, parseMoney, plus, zero } from '../kernel/money.ts';
import type { Refund, ReverseDeposit } from './commands.ts';
import type { ChargeRefunded, DepositReversed } from './events.ts';

/**
 * Gives back money of a charge, in total at most what the hold was charged, late or not. Tier positions that the hold
 * took stay taken: what was verified was verified.
 */
export function decideRefund(state: AccountState, command: Refund, context: DecisionContext): Decision {
  const { refundId, holdId, amount, reason } = command;
  const facts = holdFacts(state, context.known, holdId);
  if (facts === undefined) return refused(refusal('hold_not_found'));
  const before = usedBefore(state, context.known, 'refund', refundId);
  if (before?.type === 'charge-refunded.v1') return answerAgain(before, differenceOfRefund(command, before.data));
  if (state.summary.closed) return refused(refusal('account_closed'));
  const charge = computeCharge(facts);
  const charged = charge === undefined ? zero : parseMoney(charge.data.amount);
  const refunded = plus(parseMoney(facts.refunded ?? '0'), amount);
  if (refunded > charged) {
    const most = minus(plus(charged, amount), refunded);
    const texts = { charged: formatMoney(charged), refunded: facts.refunded ?? '0', most: formatMoney(most) };
    return refused(refuse('refund_exceeds_charge', 'amount', texts));
  }
  assert(charge !== undefined, 'what can be refunded was charged');
  const { available, frozen } = state.summary.balance;
  // With everything frozen back in it: neither a release nor an expiry can be refused for its amount.
  const outOfRange = rangeRefusal({ available: plus(plus(available, amount), frozen) });
  if (outOfRange !== undefined) return refused(outOfRange);
  const { at: openedAt, budget } = facts.opening;
  return accepted({
    type: 'charge-refunded.v1',
    data: {
      at: context.now,
      refundId,
      holdId,
      amount: formatMoney(amount),
      reason,
      openedAt,
      budget,
      refunded: formatMoney(refunded),
      chargedAt: charge.data.at,
    },
  });
}

/**
 * Takes a deposit back, in total at most what it was; without an amount all that is left of it. The money may be spent
 * already: available then falls below what the credit limit allows a freeze, and no new hold is opened until it is made
 * good.
 */
export function decideReversal(state: AccountState, command: ReverseDeposit, context: DecisionContext): Decision {
  const { reversalId, depositId, reason } = command;
  const deposit = usedBefore(state, context.known, 'deposit', depositId);
  if (deposit?.type !== 'funds-deposited.v1') return refused(refusal('deposit_not_found'));
  const before = usedBefore(state, context.known, 'reversal', reversalId);
  if (before?.type === 'deposit-reversed.v1') return answerAgain(before, differenceOfReversal(command, before.data));
  if (state.summary.closed) return refused(refusal('account_closed'));
  const last = usedBefore(state, context.known, 'reversed', depositId);
  const left = parseMoney(last?.type === 'deposit-reversed.v1' ? last.data.remaining : deposit.data.amount);
  const amount = command.amount ?? left;
  if (amount > left || amount === zero) {
    const texts = { deposited: deposit.data.amount, most: formatMoney(left) };
    return refused(refuse('reversal_exceeds_deposit', 'amount', texts));
  }
  const outOfRange = rangeRefusal({ available: minus(state.summary.balance.available, amount) });
  if (outOfRange !== undefined) return refused(outOfRange);
  return accepted({
    type: 'deposit-reversed.v1',
    data: {
      at: context.now,
      reversalId,
      depositId,
      amount: formatMoney(amount),
      reason,
      remaining: formatMoney(minus(left, amount)),
    },
  });
}

/** The charge of a hold; undefined while it is open, or if it ended without one. */
function computeCharge({
  ending,
  late,
}: HoldFacts): TypedEvent<'hold-settled.v1'> | TypedEvent<'hold-settled-late.v1'> | undefined {
  return late ?? (ending?.type === 'hold-settled.v1' ? ending : undefined);
}

export function differenceOfRefund(command: Refund, refund: ChargeRefunded): string | undefined {
  return firstDifference([
    ['holdId', command.holdId === refund.holdId],
    ['amount', formatMoney(command.amount) === refund.amount],
    ['reason', command.reason === refund.reason],
  ]);
}

/** Without an amount it was all that was left, and so nothing is left after it. */
export function differenceOfReversal(command: ReverseDeposit, reversal: DepositReversed): string | undefined {
  const { amount } = command;
  return firstDifference([
    ['depositId', command.depositId === reversal.depositId],
    ['amount', amount === null ? reversal.remaining === '0' : formatMoney(amount) === reversal.amount],
    ['reason', command.reason === reversal.reason],
  ]);
}
