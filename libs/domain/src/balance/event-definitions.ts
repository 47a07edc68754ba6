import { move } from '../core/apply-movement.ts';
import { defineEvents } from '../core/event-definition.ts';
import { transfer } from '../core/journal.ts';
import { amount, orNull, signedAmount, text, whole } from '../kernel/codec.ts';
import { negated, parseMoney } from '../kernel/money.ts';

export const balanceEvents = defineEvents({
  'funds-deposited.v1': {
    codec: { at: whole, depositId: text, amount, reference: orNull(text), paymentId: orNull(text) },
    evolve: (state, { data }) => {
      const paidIn = parseMoney(data.amount);
      move(state, data.at, { available: paidIn, deposited: paidIn });
    },
    postings: (data) => transfer('platform:cash', 'customer:available', parseMoney(data.amount)),
    usedId: ['deposit', 'depositId'],
    schedule: null,
    isNotice: false,
    summary: ({ depositId, amount: paidIn }) => `${depositId} +${paidIn}`,
  },
  'funds-withdrawn.v1': {
    codec: { at: whole, withdrawalId: text, amount, reference: orNull(text) },
    evolve: (state, { data }) => {
      const paidOut = parseMoney(data.amount);
      move(state, data.at, { available: negated(paidOut), withdrawn: paidOut });
    },
    postings: (data) => transfer('customer:available', 'platform:cash', parseMoney(data.amount)),
    usedId: ['withdrawal', 'withdrawalId'],
    schedule: null,
    isNotice: false,
    summary: ({ withdrawalId, amount: paidOut }) => `${withdrawalId} -${paidOut}`,
  },
  'balance-adjusted.v1': {
    codec: { at: whole, adjustmentId: text, amount: signedAmount, reason: text },
    evolve: (state, { data }) => {
      const credited = parseMoney(data.amount, 'signed');
      move(state, data.at, { available: credited, credited });
    },
    postings: (data) => transfer('platform:adjustments', 'customer:available', parseMoney(data.amount, 'signed')),
    usedId: ['adjustment', 'adjustmentId'],
    schedule: null,
    isNotice: false,
    summary: ({ adjustmentId, amount: credited, reason }) => `${adjustmentId} ${credited}: ${reason}`,
  },
});
