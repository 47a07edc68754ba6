import { z } from 'zod';
import { time } from './kernel/fields.ts';
import { eventsQuery } from './kernel/lists.ts';
import { get, type Route } from './kernel/route.ts';

/** An event as it is stored: `data` and `metadata` are the very texts that were hashed. */
export const recordedEvent = z.object({
  eventId: z.string(),
  type: z.string(),
  revision: z.int(),
  position: z.string(),
  recordedAt: time,
  data: z.string(),
  metadata: z.string(),
  hash: z.string(),
});

export const eventList = z.object({ stream: z.string(), events: z.array(recordedEvent), next: z.int() });

/** The history of an account as it is stored. */
export const eventRoutes = {
  listEvents: get('/v1/accounts/{accountId}/events', {
    summary: 'The stored events of an account with their hashes.',
    query: eventsQuery,
    answer: eventList,
    problems: ['account_quarantined', 'account_not_found', 'store_unavailable'],
  }),
} satisfies Record<string, Route>;

export type RecordedEvent = z.infer<typeof recordedEvent>;
export type EventList = z.infer<typeof eventList>;
