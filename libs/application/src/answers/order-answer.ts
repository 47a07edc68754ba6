import { type OrderFacts, orderReference, orderStatus, type UnmatchedPayment } from '#domain';
import { timeText, timeTextOrNull } from './times.ts';

/**
 * An order as callers see it at `now`.
 *
 * @param now ms since 1970.
 */
export function orderAnswer(accountId: string, facts: OrderFacts, now: number, accountClosed: boolean): object {
  const { opening, payment } = facts;
  const { orderId, amount, channel, payer, at, closesAt } = opening;
  return {
    orderId,
    accountId,
    status: orderStatus(facts, now, accountClosed),
    amount,
    channel,
    payer,
    reference: orderReference(accountId, orderId),
    openedAt: timeText(at),
    closesAt: timeText(closesAt),
    transactionId: payment?.data.transactionId ?? null,
    paidAt: timeTextOrNull(payment?.data.paidAt ?? null),
    recordedAt: timeTextOrNull(payment?.data.at ?? null),
  };
}

/** An unmatched payment as callers see it. */
export function unmatchedPaymentAnswer({ payment, status, ...ending }: UnmatchedPayment): object {
  const { paymentId, channel, transactionId, order, amount, currency, paidAt, at, reason, field } = payment;
  const { accountId, claimReason, paidBack, endedAt } = ending;
  return {
    paymentId,
    channel,
    transactionId,
    order,
    amount,
    currency,
    paidAt: timeText(paidAt),
    recordedAt: timeText(at),
    reason,
    field,
    status,
    accountId,
    depositId: status === 'assigned' ? transactionId : null,
    endedAt: timeTextOrNull(endedAt),
    endedReason: paidBack?.reason ?? claimReason,
    endedReference: paidBack?.reference ?? null,
  };
}
