import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import { body, id, positiveAmount, productName, reason, time, wholeNumber } from './kernel/fields.ts';
import { limit } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import { accountProblems, fundsProblems, readProblems } from './problems/route-problems.ts';

export const listPacksQuery = body({ after: id.optional(), limit });

const family = productName.meta({ description: 'Family of the packs whose units pay for a product.' });

export const takePackBody = body({
  packId: id,
  family,
  units: wholeNumber(1, bounds.packUnitsMax, 'units'),
  kind: z.enum(['purchase', 'grant', 'trial'], { error: 'the kind is "purchase", "grant" or "trial"' }),
  reason: reason.optional(),
}).refine(({ kind, reason: why }) => (kind === 'grant') === (why !== undefined), {
  error: 'a grant has a reason, a purchase or trial has none',
  path: ['reason'],
});

export const pack = z.object({
  packId: id,
  accountId: id,
  family: z.string(),
  units: z.int(),
  remaining: z.int().meta({ description: 'Units that a freeze can take; none once it has ended.' }),
  reserved: z.int().meta({ description: 'Units that open holds have.' }),
  consumed: z.int().meta({ description: 'Units that paid for a charge.' }),
  forfeited: z
    .int()
    .meta({ description: 'Left when it expired or the account was closed, or brought back after that.' }),
  refunded: z.int().meta({ description: 'Units that were left when it was refunded.' }),
  price: z.string().meta({ description: 'Paid for all units; `0` where it was granted or taken to try.' }),
  boughtAt: time,
  expiresAt: time.meta({ description: 'One calendar year after it came; expired at this very instant.' }),
  status: z.enum(['active', 'used', 'expired', 'refunded']),
});

/** A pack that has ended is not listed any more once another one came after the last hold that could need it. */
export const packList = z.object({
  packs: z.array(pack),
  after: z.string().nullable().meta({ description: 'Ask on with ?after=… ; null at the end of the list.' }),
  asOf: time,
});

export const refundPackBody = body({ refundId: id, amount: positiveAmount.optional(), reason: reason.optional() });

export const packRefund = z.object({
  refundId: id,
  accountId: id,
  packId: id,
  amount: z.string().meta({ description: 'Given back to available.' }),
  units: z.int().meta({ description: 'That were left in the pack.' }),
  reason: z.string().nullable(),
  recordedAt: time,
});

/** The resource packs of an account. */
export const packRoutes = {
  acquirePack: post('/v1/accounts/{accountId}/packs', {
    summary: 'Buys a resource pack from the available balance, grants one, or takes one to try.',
    body: takePackBody,
    status: 201,
    answer: pack,
    problems: [
      ...accountProblems,
      'account_closed',
      'account_suspended',
      'unknown_product',
      'trial_already_taken',
      'too_many_packs',
      'insufficient_available_balance',
      'balance_out_of_range',
    ],
  }),
  listPacks: get('/v1/accounts/{accountId}/packs', {
    summary: 'Lists the packs of an account in the order in which they came, as of now.',
    query: listPacksQuery,
    answer: packList,
    problems: [...readProblems, 'account_not_found'],
  }),
  refundPack: post('/v1/accounts/{accountId}/packs/{packId}/refund', {
    summary: 'Gives the money of a pack back to available, and ends the pack.',
    body: refundPackBody,
    answer: packRefund,
    problems: [...fundsProblems, 'pack_not_found', 'pack_in_use', 'pack_not_refundable'],
  }),
} satisfies Record<string, Route>;

export type TakePackBody = z.infer<typeof takePackBody>;
export type Pack = z.infer<typeof pack>;
export type PackList = z.infer<typeof packList>;
export type RefundPackBody = z.infer<typeof refundPackBody>;
export type PackRefund = z.infer<typeof packRefund>;
