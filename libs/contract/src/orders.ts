import { z } from 'zod';
import { listFrame } from './accounts.ts';
import { body, id, positiveAmount, reason, reference, shortText, time } from './fields.ts';

/*
 * Top-up orders, what channels say of payments, and payments that no order takes.
 */

export const openOrderBody = body({
  orderId: id,
  amount: positiveAmount,
  channel: id,
  payer: shortText('a payer').optional(),
});

export const assignPaymentBody = body({ accountId: id, reason });

export const payBackBody = body({ reason, reference: reference.optional() });

/** Every channel writes its own; it is read once its signature is verified. */
export const notificationBody = z.looseObject({}).meta({
  description:
    'As the channel writes it. The channel `reference`: `{transactionId, order, amount, currency, paidAt}`, signed as ' +
    'Standard Webhooks are, by `webhook-id`, `webhook-timestamp` and `webhook-signature`.',
});

export const orderStatus = z.enum(['open', 'paid', 'closed']);

export const order = z.object({
  orderId: id,
  accountId: id,
  status: orderStatus,
  amount: z.string(),
  channel: z.string(),
  payer: z.string().nullable(),
  reference: z.string().meta({ description: 'How the payer names the order to the channel: account, slash, order.' }),
  openedAt: time,
  closesAt: time,
  transactionId: z.string().nullable().meta({ description: 'Of the payment; the id of its deposit.' }),
  paidAt: time.nullable().meta({ description: 'When it was paid, as the channel says.' }),
  recordedAt: time.nullable().meta({ description: 'When the payment was recorded.' }),
});

export const orderList = z.object({ orders: z.array(order), ...listFrame });

export const unmatchedStatus = z.enum(['open', 'claimed', 'assigned', 'paid-back']);

export const unmatchedPayment = z.object({
  paymentId: z.string(),
  channel: z.string(),
  transactionId: z.string(),
  order: z.string().meta({ description: 'The order as the channel named it.' }),
  amount: z.string(),
  currency: z.string(),
  paidAt: time,
  recordedAt: time,
  reason: z.string().meta({ description: 'The problem that it met, e.g. `order_closed`.' }),
  field: z.string().nullable().meta({ description: 'In what it differs from the order, if that is the reason.' }),
  status: unmatchedStatus,
  accountId: z.string().nullable(),
  depositId: z.string().nullable(),
  endedAt: time.nullable(),
  endedReason: z.string().nullable(),
  endedReference: z.string().nullable(),
});

export const unmatchedPaymentList = z.object({
  payments: z.array(unmatchedPayment),
  after: listFrame.after,
  asOf: time,
});

/** `paid`: the order that it names is paid. `unmatched`: no order takes it, and it is recorded. Either way it is kept. */
export const notificationAnswer = z.object({
  outcome: z.enum(['paid', 'unmatched']),
  accountId: z.string().nullable(),
  orderId: z.string().nullable(),
  paymentId: z.string().nullable(),
  reason: z.string().nullable(),
});

export type OpenOrderBody = z.infer<typeof openOrderBody>;
export type AssignPaymentBody = z.infer<typeof assignPaymentBody>;
export type PayBackBody = z.infer<typeof payBackBody>;
export type Order = z.infer<typeof order>;
export type OrderList = z.infer<typeof orderList>;
export type UnmatchedPayment = z.infer<typeof unmatchedPayment>;
export type UnmatchedPaymentList = z.infer<typeof unmatchedPaymentList>;
export type UnmatchedStatus = z.infer<typeof unmatchedStatus>;
export type NotificationAnswer = z.infer<typeof notificationAnswer>;
