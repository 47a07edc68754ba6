import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import { body, givenTime, id, shortText, time } from './kernel/fields.ts';
import { del, get, post, type Route, scopes } from './kernel/route.ts';
import { writeProblems } from './problems/route-problems.ts';

const scope = z.enum(scopes, { error: `a scope is one of ${scopes.join(', ')}` });

export const createKeyBody = body({
  name: shortText('a name', bounds.keyNameCharactersMax),
  scopes: z
    .array(scope, { error: 'scopes is a list' })
    .min(1, { error: 'a key has at least one scope' })
    .max(scopes.length, { error: 'a key has each scope once' })
    .refine((list) => new Set(list).size === list.length, { error: 'a key has each scope once' }),
  accountPrefixes: z
    .array(id, { error: 'accountPrefixes is a list' })
    .min(1, { error: 'accountPrefixes names at least one prefix; without the field the key reaches all accounts' })
    .max(bounds.accountPrefixesMax, {
      error: `a key has at most ${String(bounds.accountPrefixesMax)} account prefixes`,
    })
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

/** API keys. */
export const keyRoutes = {
  createKey: post('/v1/keys', {
    summary: 'Makes an API key; the answer shows it this once.',
    scopes: ['admin'],
    body: createKeyBody,
    status: 201,
    answer: createdKey,
    problems: [...writeProblems, 'too_many_keys'],
  }),
  listKeys: get('/v1/keys', {
    summary: 'All API keys, revoked ones included, without their secrets.',
    scopes: ['admin'],
    answer: keyList,
    problems: [],
  }),
  revokeKey: del('/v1/keys/{keyId}', {
    summary: 'Revokes an API key at once.',
    scopes: ['admin'],
    answer: key,
    problems: ['key_not_found', 'store_unavailable'],
  }),
} satisfies Record<string, Route>;

export type CreateKeyBody = z.infer<typeof createKeyBody>;
export type Key = z.infer<typeof key>;
export type CreatedKey = z.infer<typeof createdKey>;
export type KeyList = z.infer<typeof keyList>;
