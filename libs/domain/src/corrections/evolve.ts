import { spendChanged } from '../budgets/spending.ts';
import { move } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import { requestKey } from '../core/recent-ids.ts';
import type { AccountState } from '../core/state.ts';
import { negated, parseMoney } from '../kernel/money.ts';

/*
 * How corrections change the state of their account.
 */

export function refundCharge(state: AccountState, event: TypedEvent<'charge-refunded.v1'>, revision: number): void {
  const { at, openedAt, budget } = event.data;
  const amount = parseMoney(event.data.amount);
  state.recentHolds.recordRefund(revision, event.data);
  const spend = spendChanged(state, openedAt, negated(amount), budget);
  move(state, at, { available: amount, settled: negated(amount) }, { spend });
}

/** Also under the id of its deposit, so that the next reversal knows what is left. */
export function reverseDeposit(state: AccountState, event: TypedEvent<'deposit-reversed.v1'>, revision: number): void {
  const { at, depositId } = event.data;
  const amount = negated(parseMoney(event.data.amount));
  state.recentIds.useId(revision, requestKey('reversed', depositId), event);
  move(state, at, { available: amount, deposited: amount });
}
