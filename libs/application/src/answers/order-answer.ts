import { type OrderFacts, orderReference, orderStatus, type UnmatchedPayment } from '#domain';
import { timeText, timeTextOrNull } from './times.ts';

/** An order, and what else its status depends on. */
export interface SeenOrder {
  readonly facts: OrderFacts;
  /** ms since 1970. */
  readonly now: number;
  readonly accountClosed: boolean;
}

/** An order as callers see it. */
export function orderAnswer(accountId: string, { facts, now, accountClosed }: SeenOrder): object {
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
