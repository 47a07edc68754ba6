import { applyHeader } from '../core/apply-movement.ts';
import { defineEvents } from '../core/event-definition.ts';
import { amount, pick, text, whole } from '../kernel/codec.ts';
import { budgetPeriods } from './events.ts';

const budgetPeriod = pick(...budgetPeriods);

export const budgetEvents = defineEvents({
  'budget-set.v1': {
    codec: { at: whole, name: text, limit: amount, period: budgetPeriod, reason: text },
    evolve: (state, { data }) => {
      state.budgets.set(data);
      applyHeader(state, data.at, {});
    },
    postings: null,
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ name, limit, period, reason }) => `${name} ${limit} a ${period}: ${reason}`,
  },
});
