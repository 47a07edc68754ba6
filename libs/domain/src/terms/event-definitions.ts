import { defineEvents } from '../core/event-definition.ts';
import { text, whole } from '../kernel/codec.ts';
import { agreedTerms, requestedTerms } from './codec.ts';
import { changeTerms } from './evolve.ts';

export const termsEvents = defineEvents({
  'terms-changed.v1': {
    codec: { at: whole, changeId: text, reason: text, requested: requestedTerms, terms: agreedTerms },
    evolve: changeTerms,
    postings: null,
    usedId: ['change', 'changeId'],
    schedule: null,
    isNotice: false,
    summary: ({ changeId, reason }) => `${changeId}: ${reason}`,
  },
});
