import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { rangeRefusal } from '../core/guards.ts';
import { amountText, answerAgain, firstDifference, usedBefore } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { formatMoney, minus, type Money, plus, smallest, zero } from '../kernel/money.ts';
import type { RefundPack } from './commands.ts';
import type { PackRefunded } from './events.ts';
import { computeLiability, type Pack } from './pack.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** Up to this age, itself included, a pack is taken back for what its use leaves of its price: 5 x 24 hours. */
export const packReturnMs = 5 * dayMs;

/** Up to this age, itself included, an operator may give back a part: 180 x 24 hours. */
export const packGoodwillMs = 180 * dayMs;

/** Gives the money of a pack back to available, and ends the pack. */
export function decideRefundPack(state: AccountState, command: RefundPack, context: DecisionContext): Decision {
  const { packId, refundId, reason } = command;
  const bought = usedBefore(state, context.known, 'pack', packId);
  const pack = state.packs.get(packId);
  if (bought === undefined && pack === undefined) return refused(refusal('pack_not_found'));
  const before = usedBefore(state, context.known, 'pack-refund', refundId);
  if (before?.type === 'pack-refunded.v1') return answerAgain(before, differenceOfPackRefund(command, before.data));
  if (state.summary.closed) return refused(refusal('account_closed'));
  // What ended long ago is not in the state any more.
  if (pack === undefined || pack.ended || pack.remaining + pack.reserved === 0) return refused(notRefundable(zero));
  if (pack.reserved > 0 || state.packs.couldBeSettledLate(packId, context.now)) return refused(refusal('pack_in_use'));
  const amount = computeRefund(pack, command, context);
  if (typeof amount === 'object') return refused(amount);
  const { available, frozen } = state.summary.balance;
  // With everything frozen back in it, as for a deposit.
  const outOfRange = rangeRefusal({ available: plus(plus(available, amount), frozen) });
  if (outOfRange !== undefined) return refused(outOfRange);
  const data: PackRefunded = {
    at: context.now,
    refundId,
    packId,
    amount: formatMoney(amount),
    recognised: formatMoney(minus(computeLiability(pack), amount)),
    reason,
    units: pack.remaining,
  };
  return accepted({ type: 'pack-refunded.v1', data });
}

function computeRefund(pack: Pack, command: RefundPack, context: DecisionContext): Money | Refusal {
  const age = context.now - pack.boughtAt;
  if (pack.price === zero || age > packGoodwillMs) return notRefundable(zero);
  if (age <= packReturnMs) return checkReturn(pack, command);
  if (!context.operator) return refusal('forbidden');
  if (command.amount === null) return refuse('invalid_request', 'amount');
  if (command.reason === null) return refuse('invalid_request', 'reason');
  const most = computeLiability(pack);
  return command.amount > most ? notRefundable(most) : command.amount;
}

/** The money paid, less each consumed unit at the price that it had without a pack; never below zero. */
function checkReturn(pack: Pack, { amount }: RefundPack): Money | Refusal {
  const rest = minus(pack.price, pack.listPrice);
  const due = smallest(rest > zero ? rest : zero, computeLiability(pack));
  return amount === null || amount === due ? due : notRefundable(due);
}

function notRefundable(refundable: Money): Refusal {
  return refusal('pack_not_refundable', { refundable: formatMoney(refundable) });
}

/** A refund without an amount equals one of what it came to. */
export function differenceOfPackRefund(command: RefundPack, before: PackRefunded): string | undefined {
  return firstDifference([
    ['packId', command.packId === before.packId],
    ['amount', amountText(command.amount, before.amount) === before.amount],
    ['reason', command.reason === before.reason],
  ]);
}
