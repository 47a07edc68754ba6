import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { inactiveRefusal, insufficient, rangeRefusal } from '../core/guards.ts';
import { answerAgain, firstDifference, usedBefore } from '../core/idempotency.ts';
import { refusal } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { formatMoney, minus, type Money, plus, zero } from '../kernel/money.ts';
import type { Adjust, Deposit, Withdraw } from './commands.ts';

export function decideDeposit(state: AccountState, command: Deposit, context: DecisionContext): Decision {
  const { depositId, amount, reference, paymentId = null } = command;
  const before = usedBefore(state, context.known, 'deposit', depositId);
  if (before?.type === 'funds-deposited.v1') {
    const { data } = before;
    const difference = differenceOfFunds(amount, data.amount, 'reference', reference, data.reference);
    // What somebody deposited by hand is not the payment, however well its reference reads.
    const other = paymentId === null || paymentId === data.paymentId ? undefined : 'paymentId';
    return answerAgain(before, difference ?? other);
  }
  if (state.summary.closed) return refused(refusal('account_closed'));
  const { available, frozen, deposited } = state.summary.balance;
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
      paymentId,
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
  const { balance } = state.summary;
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
  if (state.summary.closed) return refused(refusal('account_closed'));
  const { available, frozen, credited } = state.summary.balance;
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

/** Amount and free text (`reference` or `reason`) of a deposit, withdrawal or adjustment. */
export function differenceOfFunds(
  amount: Money,
  amountThen: string,
  textField: 'reference' | 'reason',
  text: string | null,
  textThen: string | null,
): string | undefined {
  return firstDifference([
    ['amount', formatMoney(amount) === amountThen],
    [textField, text === textThen],
  ]);
}
