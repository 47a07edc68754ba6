import { defineEvents } from '../core/event-definition.ts';
import type { ScheduleChange } from '../core/schedule.ts';
import { amount, orNull, text, whole } from '../kernel/codec.ts';
import { closeOrder, openOrder, payOrder } from './evolve.ts';

const closingRemoved = ({ orderId }: { readonly orderId: string }): ScheduleChange => ({
  change: 'remove',
  kind: 'order-closing',
  subject: orderId,
});

export const orderEvents = defineEvents({
  'order-opened.v1': {
    codec: { at: whole, orderId: text, amount, channel: text, payer: orNull(text), closesAt: whole },
    evolve: openOrder,
    postings: null,
    usedId: ['order', 'orderId'],
    schedule: ({ orderId, closesAt }) => ({ change: 'put', kind: 'order-closing', subject: orderId, at: closesAt }),
    isNotice: false,
    summary: ({ orderId, amount: asked, channel }) => `${orderId} of ${asked} by ${channel}`,
  },
  'order-paid.v1': {
    codec: { at: whole, orderId: text, transactionId: text, amount, paidAt: whole },
    evolve: payOrder,
    postings: null,
    usedId: ['order-payment', 'orderId'],
    schedule: closingRemoved,
    isNotice: false,
    summary: ({ orderId, amount: paid, transactionId }) => `${orderId} ${paid} by ${transactionId}`,
  },
  'order-closed.v1': {
    codec: { at: whole, orderId: text },
    evolve: closeOrder,
    postings: null,
    usedId: ['order-closing', 'orderId'],
    schedule: closingRemoved,
    isNotice: false,
    summary: ({ orderId }) => orderId,
  },
});
