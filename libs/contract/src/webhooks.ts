import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import { body, givenTime, id, reason, shortText, time, wholeNumber } from './kernel/fields.ts';
import { del, get, post, type Route } from './kernel/route.ts';
import { writeProblems } from './problems/route-problems.ts';

/*
 * Endpoints to which events are delivered.
 */

const eventType = z.string({ error: 'an event type is a string' }).regex(/^[a-z]+(-[a-z]+)*(\.v[1-9]\d{0,2})?$/, {
  error: 'an event type is named as it is stored, such as funds-frozen.v1, or without its version',
});

export const registerWebhookBody = body({
  webhookId: id,
  url: shortText('a URL', bounds.urlCharactersMax),
  description: shortText('a description', bounds.webhookDescriptionCharactersMax).optional(),
  eventTypes: z
    .array(eventType, { error: 'eventTypes is a list' })
    .min(1, { error: 'eventTypes names at least one type; without the field all of accounts are delivered' })
    .max(bounds.webhookEventTypesMax, {
      error: `an endpoint names at most ${String(bounds.webhookEventTypesMax)} event types`,
    })
    .optional(),
  accountPrefixes: z
    .array(id, { error: 'accountPrefixes is a list' })
    .min(1, { error: 'accountPrefixes names at least one prefix; without the field it is all that the key reaches' })
    .max(bounds.accountPrefixesMax, {
      error: `an endpoint has at most ${String(bounds.accountPrefixesMax)} account prefixes`,
    })
    .optional(),
});

export const webhookChangeBody = body({ reason });

export const rotateSecretBody = body({
  secretId: id,
  graceSeconds: wholeNumber(0, bounds.graceSecondsMax, 'graceSeconds').default(86_400),
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

/** The endpoints of webhooks. */
export const webhookRoutes = {
  registerWebhook: post('/v1/webhooks', {
    summary: 'Registers an endpoint for events; the answer shows its secret this once.',
    body: registerWebhookBody,
    status: 201,
    answer: webhookWithSecret,
    problems: [...writeProblems, 'webhook_already_exists', 'webhook_url_refused', 'too_many_webhooks'],
  }),
  listWebhooks: get('/v1/webhooks', {
    summary: 'All endpoints, with how far the delivery to each is.',
    scopes: ['operator', 'auditor'],
    answer: webhookList,
    problems: ['store_unavailable'],
  }),
  getWebhook: get('/v1/webhooks/{webhookId}', {
    summary: 'An endpoint, with how far the delivery to it is.',
    scopes: ['operator', 'auditor'],
    answer: webhook,
    problems: ['webhook_not_found', 'store_unavailable'],
  }),
  disableWebhook: post('/v1/webhooks/{webhookId}/disable', {
    summary: 'Delivers nothing more to an endpoint until it is enabled.',
    body: webhookChangeBody,
    answer: webhook,
    problems: [...writeProblems, 'webhook_not_found'],
  }),
  enableWebhook: post('/v1/webhooks/{webhookId}/enable', {
    summary: 'Delivers to an endpoint again, from where it stopped.',
    body: webhookChangeBody,
    answer: webhook,
    problems: [...writeProblems, 'webhook_not_found'],
  }),
  rotateWebhookSecret: post('/v1/webhooks/{webhookId}/secrets', {
    summary: 'Makes a new secret, shown this once; the one before it signs too for a while.',
    body: rotateSecretBody,
    status: 201,
    answer: webhookWithSecret,
    problems: [...writeProblems, 'webhook_not_found', 'idempotency_conflict'],
  }),
  replayWebhook: post('/v1/webhooks/{webhookId}/replay', {
    summary: 'Delivers again after a position or from a time on, or passes events over.',
    body: replayBody,
    answer: webhook,
    problems: [...writeProblems, 'webhook_not_found'],
  }),
  deleteWebhook: del('/v1/webhooks/{webhookId}', {
    summary: 'Deletes an endpoint; its id is never used again.',
    answer: webhook,
    problems: ['webhook_not_found', 'store_unavailable'],
  }),
} satisfies Record<string, Route>;

export type RegisterWebhookBody = z.infer<typeof registerWebhookBody>;
export type WebhookChangeBody = z.infer<typeof webhookChangeBody>;
export type RotateSecretBody = z.input<typeof rotateSecretBody>;
export type ReplayBody = z.infer<typeof replayBody>;
export type Webhook = z.infer<typeof webhook>;
export type WebhookWithSecret = z.infer<typeof webhookWithSecret>;
export type WebhookList = z.infer<typeof webhookList>;
