import { defineEvents } from '../core/event-definition.ts';
import { transfer } from '../core/journal.ts';
import { amount, orNull, text, whole } from '../kernel/codec.ts';
import { parseMoney } from '../kernel/money.ts';
import { refundCharge, reverseDeposit } from './evolve.ts';

export const correctionEvents = defineEvents({
  'charge-refunded.v1': {
    codec: {
      at: whole,
      refundId: text,
      holdId: text,
      amount,
      reason: text,
      openedAt: whole,
      budget: orNull(text),
      refunded: amount,
      chargedAt: whole,
    },
    evolve: refundCharge,
    postings: (data) => transfer('platform:revenue', 'customer:available', parseMoney(data.amount)),
    usedId: ['refund', 'refundId'],
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: back, reason }) => `${holdId} ${back} refunded: ${reason}`,
  },
  'deposit-reversed.v1': {
    codec: { at: whole, reversalId: text, depositId: text, amount, reason: text, remaining: amount },
    evolve: reverseDeposit,
    postings: (data) => transfer('customer:available', 'platform:cash', parseMoney(data.amount)),
    usedId: ['reversal', 'reversalId'],
    schedule: null,
    isNotice: false,
    summary: ({ depositId, amount: back, reason }) => `${depositId} -${back} reversed: ${reason}`,
  },
});
