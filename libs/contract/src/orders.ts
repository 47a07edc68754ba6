import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import { body, id, positiveAmount, shortText, time } from './kernel/fields.ts';
import { limit, listFrame } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import { accountProblems, readProblems } from './problems/route-problems.ts';

export const listOrdersQuery = body({ after: id.optional(), limit });

export const openOrderBody = body({
  orderId: id,
  amount: positiveAmount,
  channel: id,
  payer: shortText('a payer', bounds.payerCharactersMax).optional(),
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

/** Orders to top accounts up. */
export const orderRoutes = {
  openOrder: post('/v1/accounts/{accountId}/orders', {
    summary: 'Opens an order to top the account up; it can be paid for 24 hours.',
    body: openOrderBody,
    status: 201,
    answer: order,
    problems: [...accountProblems, 'invalid_amount', 'account_closed', 'unknown_channel', 'too_many_open_orders'],
  }),
  listOrders: get('/v1/accounts/{accountId}/orders', {
    summary: 'Lists the orders of an account in the order of their opening.',
    query: listOrdersQuery,
    answer: orderList,
    problems: [...readProblems, 'account_not_found'],
  }),
  getOrder: get('/v1/accounts/{accountId}/orders/{orderId}', {
    summary: 'An order, as of now.',
    answer: order,
    problems: [...readProblems, 'account_not_found', 'order_not_found'],
  }),
} satisfies Record<string, Route>;

export type OpenOrderBody = z.infer<typeof openOrderBody>;
export type Order = z.infer<typeof order>;
export type OrderList = z.infer<typeof orderList>;
