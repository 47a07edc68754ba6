import { z } from 'zod';
import { body, givenTime, id, time } from './fields.ts';

/*
 * What belongs to the ledger rather than to one account: API keys, price books, recorded events.
 */

export const scopes = ['gateway', 'operator', 'auditor', 'admin'] as const;

const scope = z.enum(scopes, { error: `a scope is one of ${scopes.join(', ')}` });

export const createKeyBody = body({
  name: z
    .string({ error: 'a name is a string' })
    .min(1, { error: 'a name has 1 to 100 characters' })
    .max(100, { error: 'a name has 1 to 100 characters' }),
  scopes: z
    .array(scope, { error: 'scopes is a list' })
    .min(1, { error: 'a key has at least one scope' })
    .max(scopes.length, { error: 'a key has each scope once' })
    .refine((list) => new Set(list).size === list.length, { error: 'a key has each scope once' }),
  accountPrefixes: z
    .array(id, { error: 'accountPrefixes is a list' })
    .min(1, { error: 'accountPrefixes names at least one prefix; without the field the key reaches all accounts' })
    .max(100, { error: 'a key has at most 100 account prefixes' })
    .optional(),
  expiresAt: givenTime.optional(),
}).refine(({ scopes: granted, accountPrefixes }) => accountPrefixes === undefined || !granted.includes('admin'), {
  error: 'a key that makes keys reaches all accounts: it cannot be bound to some',
  path: ['accountPrefixes'],
});

export const key = z.object({
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  accountPrefixes: z.array(z.string()).nullable(),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
});

/** The only answer that ever has the key itself. */
export const createdKey = key.extend({ key: z.string() });

export const keyList = z.object({ keys: z.array(key) });

const priceStep = z.object({ upTo: z.int().nullable(), price: z.string() });

const product = z.object({
  counter: z.string(),
  basis: z.enum(['completed', 'match']),
  credentialSeconds: z.int().nullable(),
  steps: z.array(priceStep).nullable().meta({ description: 'null: the price is agreed with each account' }),
  packFamily: z.string().nullable().meta({ description: 'Family of the packs that pay for it' }),
});

const packSize = z.object({ units: z.int(), price: z.string(), trial: z.boolean() });

export const priceBook = z.object({
  name: z.string(),
  version: z.int(),
  currency: z.string(),
  products: z.record(z.string(), product),
  packs: z.record(z.string(), z.array(packSize)).meta({ description: 'Resource packs by family' }),
  public: z.boolean().meta({
    description: 'Whether keys that are bound to accounts see it though none of their accounts is on it.',
  }),
});

export const priceBookList = z.object({
  priceBooks: z.array(priceBook),
  after: z.string().nullable().meta({ description: 'Where the next page begins; null: this was the last.' }),
});

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

export type Scope = (typeof scopes)[number];
export type CreateKeyBody = z.infer<typeof createKeyBody>;
export type Key = z.infer<typeof key>;
export type CreatedKey = z.infer<typeof createdKey>;
export type KeyList = z.infer<typeof keyList>;
export type PriceBook = z.infer<typeof priceBook>;
export type PriceBookList = z.infer<typeof priceBookList>;
export type RecordedEvent = z.infer<typeof recordedEvent>;
export type EventList = z.infer<typeof eventList>;
