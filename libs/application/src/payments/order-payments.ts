import { type Deposit, orderFacts, parseMoney, type PaymentUnmatched } from '#domain';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import { openIdempotencyIndex } from '../pipeline/idempotency-index.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { Refused } from '../request.ts';
import type { Claimant } from './payment-claims.ts';

/**
 * Whether an order was paid by a transaction of a channel.
 *
 * @throws Unavailable
 */
export function hasPaidOrder(
  lanes: AccountLanes,
  idIndex: IdIndex,
  { accountId, orderId }: { readonly accountId: string; readonly orderId: string },
  { channel, transactionId }: { readonly channel: string; readonly transactionId: string },
): Promise<boolean> {
  return lanes.read(accountId, ({ state }) => {
    const facts = orderFacts(state, openIdempotencyIndex(idIndex, accountId, state), orderId);
    return facts?.opening.channel === channel && facts.payment?.data.transactionId === transactionId;
  });
}

/**
 * Whether the order that holds a payment may still take it: its process may have stopped between the claim and the
 * credit, for however long. What an assignment holds is asked of the register alone.
 *
 * @throws Unavailable
 */
export async function mayStillPayOrder(
  lanes: AccountLanes,
  idIndex: IdIndex,
  { accountId, orderId }: Claimant,
  { channel, transactionId, currency }: PaymentUnmatched,
): Promise<boolean> {
  if (accountId === null || orderId === null) return false;
  const opening = await lanes.read(accountId, ({ state }) => {
    return orderFacts(state, openIdempotencyIndex(idIndex, accountId, state), orderId)?.opening;
  });
  if (opening === undefined) return true;
  // In the words that the order would like best: what its channel said is not known here.
  const words = { amount: parseMoney(opening.amount), currency, paidAt: opening.at };
  const command = { kind: 'pay-order', orderId, channel, transactionId, ...words } as const;
  const tried = await lanes.tryOut(accountId, { command, operator: false });
  return tried.kind !== 'refused' || tried.refusal.code === 'balance_out_of_range';
}

/** The deposit by which an unmatched payment is assigned. */
export function toDeposit({ paymentId, transactionId, amount }: PaymentUnmatched): Deposit {
  return {
    kind: 'deposit',
    depositId: transactionId,
    amount: parseMoney(amount),
    reference: paymentId,
    paymentId,
  };
}

/**
 * The very deposit is there but for its link: a process of before there were claims made it, and died before it could
 * say so. Asked only of payments that the register has claimed for that very account.
 */
export function isDepositOfOldBuild({ code, field }: Pick<Refused, 'code' | 'field'>): boolean {
  return code === 'idempotency_conflict' && field === 'paymentId';
}
