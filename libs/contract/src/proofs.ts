import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import { body, givenTime, id, time, toInstant, wholeNumber } from './kernel/fields.ts';
import { limit, numberText } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import { readProblems } from './problems/route-problems.ts';

/*
 * What proves the ledger's history to those outside: checkpoints, proofs from them, and the log of exports.
 */

export const checkpointsQuery = body({ before: numberText(0, Number.MAX_SAFE_INTEGER).optional(), limit });

const digest = z.string().meta({ description: '64 lower-case hex digits' });

/** The signed root over the heads of all streams at one moment. docs/checkpoints.md says what is hashed and signed. */
export const checkpoint = z.object({
  number: z.int(),
  at: time,
  position: z.string(),
  events: z.int().meta({ description: 'the first so many events of the whole ledger are covered' }),
  streams: z.int(),
  root: digest,
  previous: digest.nullable(),
  keyId: z.string(),
  signature: z.string().meta({ description: 'Ed25519, 128 lower-case hex digits' }),
});

/** A public key that signs checkpoints, or did. */
export const signingKey = z.object({
  keyId: z.string(),
  publicKey: digest,
  announcedBy: z.string().nullable().meta({ description: 'the key before it, which signed this; null: itself' }),
  replaces: z
    .string()
    .nullable()
    .meta({ description: 'a lost key, which could not announce it and does not vouch for it; null: none' }),
  announcedAt: time,
  signature: z.string(),
});

export const checkpointList = z.object({
  checkpoints: z.array(checkpoint),
  before: z.int().nullable().meta({ description: 'ask on with this; null: there are no older ones' }),
  keys: z.array(signingKey),
});

/** That the history of an account up to a revision is part of a checkpoint. */
export const accountProof = z.object({
  checkpoint,
  publicKey: digest,
  stream: z.string(),
  revision: z.int(),
  hash: digest,
  index: z.int(),
  size: z.int(),
  path: z.array(digest),
});

export const logExportBody = body({
  exportId: id,
  accounts: z
    .array(id, { error: 'accounts is a list of prefixes' })
    .min(1, { error: 'accounts names at least one prefix; without the field all accounts are meant' })
    .max(bounds.accountPrefixesMax, { error: `accounts has at most ${String(bounds.accountPrefixesMax)} prefixes` })
    .optional(),
  from: givenTime.optional(),
  until: givenTime.optional(),
  events: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'events'),
  digest: z
    .string({ error: 'a digest is a string' })
    .regex(/^[0-9a-f]{64}$/, { error: 'a digest has 64 lower-case hex digits' }),
}).refine(({ from, until }) => from === undefined || until === undefined || toInstant(from) < toInstant(until), {
  error: 'a period begins before it ends',
  path: ['from'],
});

export const loggedExport = z.object({
  exportId: z.string(),
  at: time,
  by: z.string(),
  accounts: z.array(z.string()).nullable(),
  from: time.nullable(),
  until: time.nullable(),
  events: z.int(),
  digest,
});

/** Checkpoints, proofs from them, and the log of exports. */
export const proofRoutes = {
  makeCheckpoint: post('/v1/checkpoints', {
    summary: 'Signs a checkpoint over everything so far, unless the newest covers it.',
    wholeLedger: true,
    answer: checkpoint,
    problems: ['checkpoint_not_found', 'foreign_signing_key', 'store_unavailable'],
  }),
  listCheckpoints: get('/v1/checkpoints', {
    summary: 'The checkpoints, newest first, with every key that ever signed.',
    query: checkpointsQuery,
    answer: checkpointList,
    problems: ['store_unavailable'],
  }),
  getProof: get('/v1/accounts/{accountId}/proof', {
    summary: 'Proves that the history of an account is part of the newest checkpoint.',
    answer: accountProof,
    problems: [...readProblems, 'account_not_found', 'checkpoint_not_found'],
  }),
  logExport: post('/v1/exports', {
    summary: 'Writes down who exported what.',
    scopes: ['auditor'],
    body: logExportBody,
    status: 201,
    answer: loggedExport,
    problems: ['payload_too_large', 'unsupported_media_type', 'idempotency_conflict', 'store_unavailable'],
  }),
} satisfies Record<string, Route>;

export type Checkpoint = z.infer<typeof checkpoint>;
export type CheckpointList = z.infer<typeof checkpointList>;
export type AccountProof = z.infer<typeof accountProof>;
export type LogExportBody = z.infer<typeof logExportBody>;
export type LoggedExport = z.infer<typeof loggedExport>;
