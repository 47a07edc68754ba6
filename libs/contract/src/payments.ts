import { z } from 'zod';
import { body, id, reason, reference, time } from './kernel/fields.ts';
import { limit, listFrame } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import { accountProblems, fundsProblems, writeProblems } from './problems/route-problems.ts';

export const assignPaymentBody = body({ accountId: id, reason });

export const payBackBody = body({ reason, reference: reference.optional() });

/** Every channel writes its own; it is read once its signature is verified. */
export const notificationBody = z.looseObject({}).meta({
  description:
    'As the channel writes it. The channel `reference`: `{transactionId, order, amount, currency, paidAt}`, signed as ' +
    'Standard Webhooks are, by `webhook-id`, `webhook-timestamp` and `webhook-signature`.',
});

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

export const listUnmatchedQuery = body({ status: unmatchedStatus.optional(), after: id.optional(), limit });

/** Notifications of payment channels, and the payments that no order takes. */
export const paymentRoutes = {
  notify: post('/v1/channels/{channel}/notifications', {
    summary: 'Word from a channel that something was paid; answered once it is kept for good.',
    scopes: [],
    signed: true,
    body: notificationBody,
    answer: notificationAnswer,
    problems: [...writeProblems, 'invalid_amount', 'channel_not_found', 'signature_invalid', 'idempotency_conflict'],
  }),
  listUnmatchedPayments: get('/v1/unmatched-payments', {
    summary: 'Lists payments that no order takes, in the order in which they were recorded.',
    scopes: ['operator', 'auditor'],
    wholeLedger: true,
    query: listUnmatchedQuery,
    answer: unmatchedPaymentList,
    problems: ['store_unavailable'],
  }),
  assignPayment: post('/v1/unmatched-payments/{paymentId}/assign', {
    summary: 'Deposits an unmatched payment into an account.',
    wholeLedger: true,
    body: assignPaymentBody,
    answer: unmatchedPayment,
    problems: [
      ...fundsProblems,
      'unmatched_payment_not_found',
      'unmatched_payment_ended',
      'payment_claimed',
      'payment_differs',
    ],
  }),
  payBackPayment: post('/v1/unmatched-payments/{paymentId}/pay-back', {
    summary: 'Records that an unmatched payment was paid back to where it came from.',
    wholeLedger: true,
    body: payBackBody,
    answer: unmatchedPayment,
    problems: [...accountProblems, 'unmatched_payment_not_found', 'unmatched_payment_ended', 'payment_claimed'],
  }),
} satisfies Record<string, Route>;

export type AssignPaymentBody = z.infer<typeof assignPaymentBody>;
export type PayBackBody = z.infer<typeof payBackBody>;
export type UnmatchedPayment = z.infer<typeof unmatchedPayment>;
export type UnmatchedPaymentList = z.infer<typeof unmatchedPaymentList>;
export type UnmatchedStatus = z.infer<typeof unmatchedStatus>;
export type NotificationAnswer = z.infer<typeof notificationAnswer>;
