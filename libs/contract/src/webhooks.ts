import { z } from 'zod';
import { body, givenTime, id, reason, shortText, time, wholeNumber } from './fields.ts';

/*
 * Endpoints to which events are delivered.
 */

/** Longest time that an old secret may go on signing beside a new one, in s: a week. */
const graceSecondsMax = 604_800;

const eventType = z.string({ error: 'an event type is a string' }).regex(/^[a-z]+(-[a-z]+)*(\.v[1-9]\d{0,2})?$/, {
  error: 'an event type is named as it is stored, such as funds-frozen.v1, or without its version',
});

export const registerWebhookBody = body({
  webhookId: id,
  url: z
    .string({ error: 'a URL is a string' })
    .min(1, { error: 'a URL has 1 to 2048 characters' })
    .max(2_048, { error: 'a URL has 1 to 2048 characters' }),
  description: shortText('a description').optional(),
  eventTypes: z
    .array(eventType, { error: 'eventTypes is a list' })
    .min(1, { error: 'eventTypes names at least one type; without the field all of accounts are delivered' })
    .max(100, { error: 'an endpoint names at most 100 event types' })
    .optional(),
  accountPrefixes: z
    .array(id, { error: 'accountPrefixes is a list' })
    .min(1, { error: 'accountPrefixes names at least one prefix; without the field it is all that the key reaches' })
    .max(100, { error: 'an endpoint has at most 100 account prefixes' })
    .optional(),
});

export const webhookChangeBody = body({ reason });

export const rotateSecretBody = body({
  secretId: id,
  graceSeconds: wholeNumber(0, graceSecondsMax, 'graceSeconds').default(86_400),
});

export const replayBody = body({
  after: z
    .string({ error: 'a position is a string' })
    .regex(/^[0-9a-f]{0,64}$/, { error: 'a position is that of an event, a list, or this endpoint' })
    .optional(),
  since: givenTime.optional(),
}).refine(({ after, since }) => (after === undefined) !== (since === undefined), {
  error: 'a replay begins either after a position or at a time',
  path: ['after'],
});

const secret = z.object({ secretId: z.string(), createdAt: time, validUntil: time.nullable() });

const stuckAccount = z.object({
  accountId: z.string(),
  revision: z.int().meta({ description: 'Of the next event to deliver.' }),
  failingSince: time.nullable(),
});

const givenUp = z.object({
  at: time,
  accountId: z.string(),
  revision: z.int(),
  eventId: z.string(),
  why: z.string(),
});

const waiting = z.object({
  accounts: z.int().meta({ description: 'Accounts with events that wait.' }),
  events: z.int().meta({ description: 'Events that wait, as far as the log was read.' }),
  nextAt: time.nullable().meta({ description: 'When the next of them is tried; null: at once.' }),
  more: z.boolean().meta({ description: 'Nothing more is read until some are delivered: there may be more.' }),
});

/** How far the delivery is, as it was last written down: at most a second behind. */
const delivery = z.object({
  asOf: time,
  position: z.string(),
  failing: z.object({ since: time, why: z.string() }).nullable(),
  stuck: z
    .array(stuckAccount)
    .meta({ description: 'Accounts set aside because their events were not taken: others’ pass them.' }),
  waiting: waiting.nullable().meta({ description: 'What was read and is not delivered; null: nothing.' }),
  givenUp: z.int().meta({ description: 'Events that were given up after the last try.' }),
  lastGivenUp: givenUp.nullable(),
});

export const webhook = z.object({
  webhookId: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  eventTypes: z.array(z.string()).nullable(),
  accountPrefixes: z.array(z.string()).nullable(),
  status: z.enum(['active', 'disabled', 'deleted']),
  disabledFor: z.enum(['operator', 'gone', 'failing']).nullable(),
  disabledBecause: z.string().nullable(),
  createdAt: time,
  secrets: z.array(secret).meta({ description: 'Those that sign, without their texts; the newest last.' }),
  delivery: delivery.nullable().meta({ description: 'null: nothing was delivered yet.' }),
});

/** The only answers that ever have a secret. */
export const webhookWithSecret = webhook.extend({ secret: z.string() });

export const webhookList = z.object({ webhooks: z.array(webhook) });

export type RegisterWebhookBody = z.infer<typeof registerWebhookBody>;
export type WebhookChangeBody = z.infer<typeof webhookChangeBody>;
export type RotateSecretBody = z.input<typeof rotateSecretBody>;
export type ReplayBody = z.infer<typeof replayBody>;
export type Webhook = z.infer<typeof webhook>;
export type WebhookWithSecret = z.infer<typeof webhookWithSecret>;
export type WebhookList = z.infer<typeof webhookList>;
