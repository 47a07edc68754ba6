import { z } from 'zod';
import { depositBody } from './funds.ts';
import { failBody, freezeBody, holdStatus, releaseBody, settleBody } from './holds.ts';
import { bounds } from './kernel/bounds.ts';
import { body, id } from './kernel/fields.ts';
import { post, type Route } from './kernel/route.ts';

/** Most operations of one batch, and of a linked group in it. */
export const { batchOperationsMax, linkedGroupMax } = bounds;

const everywhere = { accountId: id, linked: z.boolean({ error: 'linked is true or false' }).optional() };

const freeze = freezeBody.safeExtend({ op: z.literal('freeze'), ...everywhere });
const settle = settleBody.safeExtend({ op: z.literal('settle'), holdId: id, ...everywhere });
const fail = failBody.safeExtend({ op: z.literal('fail'), holdId: id, ...everywhere });
const release = releaseBody.safeExtend({ op: z.literal('release'), holdId: id, ...everywhere });
const deposit = depositBody.safeExtend({ op: z.literal('deposit'), ...everywhere });

/** One operation: the body of its route, with the account and the hold that its path would name. */
export const operation = z.discriminatedUnion('op', [freeze, settle, fail, release, deposit], {
  error: 'an operation is an object whose op is "freeze", "settle", "fail", "release" or "deposit"',
});

/** Told in the documents, and read one by one. */
const anyOperation = z.unknown().meta(z.toJSONSchema(operation, { io: 'input', unrepresentable: 'any' }));

/** The body as a whole; each operation is read by {@link operation} on its own, and has an outcome of its own. */
export const batchBody = body({
  operations: z
    .array(anyOperation, { error: 'operations is a list' })
    .min(1, { error: 'a batch has at least one operation' })
    .max(batchOperationsMax, { error: `a batch has at most ${String(batchOperationsMax)} operations` }),
});

export const batchResult = z.object({
  status: z.int(),
  body: z.looseObject({}).meta({ description: 'What the route of the operation would have answered.' }),
  replayed: z.literal(true).optional(),
  now: holdStatus.optional().meta({ description: 'With a replayed freeze: what the hold is now.' }),
});

export const batchAnswer = z.object({ results: z.array(batchResult) });

/** Many operations in one request. */
export const batchRoutes = {
  batch: post('/v1/batch', {
    summary: 'Many operations in one request, each with an outcome of its own.',
    scopes: ['gateway', 'operator'],
    body: batchBody,
    answer: batchAnswer,
    problems: ['payload_too_large', 'unsupported_media_type'],
  }),
} satisfies Record<string, Route>;

export type Operation = z.infer<typeof operation>;
export type BatchResult = z.infer<typeof batchResult>;
export type BatchAnswer = z.infer<typeof batchAnswer>;
