import type { Adjust, Deposit, Withdraw } from '../core/commands.ts';
import type { AccountEvent, AccountEventType, EventOf } from '../core/events.ts';
import { formatMoney, minus, plus, withinRange, zero, type Money } from '../kernel/money.ts';
import { requestKey, type RequestKind } from '../core/recent-ids.ts';
import { refusal, refusalOf, type Refusal } from '../core/refusal.ts';
import type { AccountState, Balance } from '../aggregate/state.ts';
import { accepted, refused, type Decision, type DecisionContext, type Known } from '../core/decision.ts';
import { differenceOfFunds } from '../core/same-content.ts';

export function decideDeposit(state: AccountState, command: Deposit, context: DecisionContext): Decision {
  const { depositId, amount, reference, paymentId } = command;
  const before = usedBefore(state, context.known, 'deposit', depositId);
  if (before?.type === 'funds-deposited.v1') {
    const { data } = before;
    const difference = differenceOfFunds(amount, data.amount, 'reference', reference, data.reference);
    // What somebody deposited by hand is not the payment, however well its reference reads.
    const other = paymentId === undefined || paymentId === data.paymentId ? undefined : 'paymentId';
    return answerAgain(before, difference ?? other);
  }
  if (state.standing.closed) return refused(refusal('account_closed'));
  const { available, frozen, deposited } = state.standing.balance;
  // With everything frozen back in it: neither a release nor an expiry can be refused for its amount.
  const unfrozen = plus(plus(available, amount), frozen);
  const outOfRange = rangeRefusal({ available: unfrozen, deposited: plus(deposited, amount) });
  if (outOfRange !== undefined) return refused(outOfRange);
  return accepted({
    type: 'funds-deposited.v1',
    data: {
      at: context.now,
      depositId,
      amount: formatMoney(amount),
      reference,
      ...(paymentId !== undefined && { paymentId }),
    },
  });
}

/** Pays back to the customer: only what is available without credit, and never more than was paid in. */
export function decideWithdraw(state: AccountState, command: Withdraw, context: DecisionContext): Decision {
  const { withdrawalId, amount, reference } = command;
  const before = usedBefore(state, context.known, 'withdrawal', withdrawalId);
  if (before?.type === 'funds-withdrawn.v1') {
    const { data } = before;
    return answerAgain(before, differenceOfFunds(amount, data.amount, 'reference', reference, data.reference));
  }
  const inactive = inactiveRefusal(state);
  if (inactive !== undefined) return refused(inactive);
  const { balance } = state.standing;
  const paidIn = minus(balance.deposited, balance.withdrawn);
  // A deposit may have been reversed after its money was withdrawn.
  const withdrawable = paidIn > zero ? paidIn : zero;
  if (balance.available < amount) return refused(insufficient(balance, amount, zero));
  if (withdrawable < amount) {
    return refused(
      refusal('insufficient_available_balance', {
        withdrawable: formatMoney(withdrawable),
        required: formatMoney(amount),
      }),
    );
  }
  return accepted({
    type: 'funds-withdrawn.v1',
    data: { at: context.now, withdrawalId, amount: formatMoney(amount), reference },
  });
}

export function decideAdjust(state: AccountState, command: Adjust, context: DecisionContext): Decision {
  const { adjustmentId, amount, reason } = command;
  const before = usedBefore(state, context.known, 'adjustment', adjustmentId);
  if (before?.type === 'balance-adjusted.v1') {
    const { data } = before;
    return answerAgain(before, differenceOfFunds(amount, data.amount, 'reason', reason, data.reason));
  }
  if (state.standing.closed) return refused(refusal('account_closed'));
  const { available, frozen, credited } = state.standing.balance;
  const adjusted = plus(available, amount);
  const outOfRange =
    rangeRefusal({ available: adjusted, credited: plus(credited, amount) }) ??
    rangeRefusal({ available: plus(adjusted, frozen) });
  if (outOfRange !== undefined) return refused(outOfRange);
  return accepted({
    type: 'balance-adjusted.v1',
    data: { at: context.now, adjustmentId, amount: formatMoney(amount), reason },
  });
}

/** The event that used up an id, from the account's recent past or from the id index. */
export function usedBefore(state: AccountState, known: Known, kind: RequestKind, id: string): AccountEvent | undefined {
  const key = requestKey(kind, id);
  return state.past.request(key) ?? known.request(key);
}

/** The first answer again, or the conflict that names the first differing field. */
export function answerAgain<Type extends AccountEventType>(
  event: EventOf<Type>,
  difference: string | undefined,
): Decision {
  if (difference !== undefined) return refused(refusalOf('idempotency_conflict', difference));
  return { kind: 'replayed', event: event as AccountEvent };
}

/** The refusal of what only an active account may do; undefined if it is active. */
export function inactiveRefusal(state: AccountState): Refusal | undefined {
  const { closed, suspendedFor } = state.standing;
  if (closed) return refusal('account_closed');
  if (suspendedFor.length > 0) return refusal('account_suspended', { suspendedFor: suspendedFor.join(' ') });
  return undefined;
}

/** `enoughIfUnfrozen` is said only when it is true: the customer has the money, but it is set aside. */
export function insufficient(balance: Balance, required: Money, creditLimit: Money): Refusal {
  const { available, frozen } = balance;
  const enoughIfUnfrozen = plus(plus(available, frozen), creditLimit) >= required;
  return refusal('insufficient_available_balance', {
    available: formatMoney(available),
    frozen: formatMoney(frozen),
    required: formatMoney(required),
    ...(enoughIfUnfrozen ? { enoughIfUnfrozen } : {}),
  });
}

/** The refusal if any part of the balance would leave ±(10^18 - 1). */
export function rangeRefusal(parts: Partial<Balance>): Refusal | undefined {
  const part = Object.entries(parts).find(([, amount]) => !withinRange(amount));
  return part === undefined ? undefined : refusal('balance_out_of_range', { balance: part[0] });
}
