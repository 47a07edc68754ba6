import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import {
  amount,
  body,
  evidence,
  givenTime,
  id,
  metadata,
  positiveAmount,
  productName,
  quantity,
  reason,
  time,
  wholeNumber,
} from './kernel/fields.ts';
import { limit, listFrame } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import type { ProblemCode } from './problems/problems.ts';
import { accountProblems, readProblems } from './problems/route-problems.ts';

export const holdStatus = z.enum(['open', 'settled', 'released', 'expired']);

export const freezeBody = body({
  holdId: id,
  product: productName.optional(),
  quantity: quantity.optional(),
  amount: positiveAmount.optional(),
  ttlSeconds: wholeNumber(1, bounds.ttlSecondsMax, 'ttlSeconds').optional(),
  budget: id.optional(),
  metadata: metadata.optional(),
})
  .refine(({ product, amount: plain }) => (product === undefined) !== (plain === undefined), {
    error: 'a freeze names either a product or an amount',
    path: ['product'],
  })
  .refine(({ product, quantity: units }) => product !== undefined || units === undefined, {
    error: 'a quantity is of a product',
    path: ['quantity'],
  });

export const settleBody = body({
  outcome: z.enum(['match', 'mismatch'], { error: 'the outcome is "match" or "mismatch"' }),
  amount: amount.optional(),
  quantity: quantity.optional(),
  completedAt: givenTime.optional(),
  evidence: evidence.optional(),
});

export const failBody = body({ attemptId: id, reason });

export const releaseBody = body({
  reason: reason.refine((text) => text !== 'not-billable', { error: '"not-billable" is a reason of the ledger’s own' }),
});

export const listHoldsQuery = body({ status: holdStatus.optional(), after: id.optional(), limit });

export const priceLine = z.object({ from: z.int(), units: z.int(), price: z.string(), amount: z.string() });

export const pricing = z.object({
  book: z.string(),
  table: z.string(),
  basis: z.enum(['completed', 'match']),
  counter: z.string(),
  year: z.string(),
  unitsCharged: z.int(),
});

export const packUnits = z.object({ packId: id, units: z.int() });

export const hold = z.object({
  holdId: id,
  accountId: id,
  status: holdStatus,
  amount: z.string(),
  settledAmount: z.string().nullable().meta({ description: 'null while open; "0" when it ended without a charge' }),
  refundedAmount: z.string().meta({ description: 'given back of what was charged' }),
  product: z.string().nullable(),
  quantity: z.int().nullable(),
  settledQuantity: z.int().nullable(),
  pricing: pricing.nullable(),
  charge: z.array(priceLine).nullable().meta({ description: 'The tier positions that were charged.' }),
  packs: z
    .object({
      reserved: z.array(packUnits).meta({ description: 'In the order in which a settle consumes them.' }),
      consumed: z.array(packUnits).nullable(),
      forfeited: z
        .array(packUnits)
        .nullable()
        .meta({ description: 'Units that came back to a pack which had expired meanwhile.' }),
    })
    .nullable()
    .meta({ description: 'Units of resource packs; null if the hold has none.' }),
  openedAt: time,
  expiresAt: time,
  endedAt: time.nullable(),
  settledAt: time.nullable(),
  late: z.boolean(),
  outcome: z.enum(['match', 'mismatch']).nullable(),
  reason: z.string().nullable(),
  budget: z.string().nullable(),
  metadata: metadata.nullable(),
});

export const holdList = z.object({ holds: z.array(hold), ...listFrame });

const freezeProblems: readonly ProblemCode[] = [
  ...accountProblems,
  'invalid_amount',
  'account_closed',
  'account_suspended',
  'unknown_product',
  'price_not_agreed',
  'unknown_budget',
  'too_many_open_holds',
  'frozen_limit_exceeded',
  'spend_limit_exceeded',
  'budget_exceeded',
  'insufficient_available_balance',
  'balance_out_of_range',
];

const settleProblems: readonly ProblemCode[] = [
  ...accountProblems,
  'invalid_amount',
  'hold_not_found',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'settle_amount_exceeds_hold',
  'completed_at_invalid',
  'account_closed',
  'insufficient_available_balance',
  'balance_out_of_range',
];

const failProblems: readonly ProblemCode[] = [
  ...accountProblems,
  'hold_not_found',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'too_many_attempts',
  'account_closed',
];

const releaseProblems: readonly ProblemCode[] = [
  ...accountProblems,
  'hold_not_found',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'credential_outstanding',
  'account_closed',
];

/** Holds, from the freeze to their end. */
export const holdRoutes = {
  freeze: post('/v1/accounts/{accountId}/holds', {
    summary: 'Freezes the fee of a verification before it is asked for.',
    scopes: ['gateway'],
    body: freezeBody,
    status: 201,
    answer: hold,
    problems: freezeProblems,
  }),
  listHolds: get('/v1/accounts/{accountId}/holds', {
    summary: 'Lists the holds of an account in the order of their opening.',
    query: listHoldsQuery,
    answer: holdList,
    problems: [...readProblems, 'account_not_found'],
  }),
  getHold: get('/v1/accounts/{accountId}/holds/{holdId}', {
    summary: 'A hold, as of now.',
    answer: hold,
    problems: [...readProblems, 'account_not_found', 'hold_not_found'],
  }),
  settle: post('/v1/accounts/{accountId}/holds/{holdId}/settle', {
    summary: 'Ends a hold because the verification completed, and charges it.',
    scopes: ['gateway'],
    body: settleBody,
    answer: hold,
    problems: settleProblems,
  }),
  fail: post('/v1/accounts/{accountId}/holds/{holdId}/fail', {
    summary: 'Records that a call failed; the hold stays open until its deadline.',
    scopes: ['gateway'],
    body: failBody,
    answer: hold,
    problems: failProblems,
  }),
  release: post('/v1/accounts/{accountId}/holds/{holdId}/release', {
    summary: 'Ends a hold because its credential was never issued.',
    scopes: ['gateway', 'operator'],
    body: releaseBody,
    answer: hold,
    problems: releaseProblems,
  }),
} satisfies Record<string, Route>;

export type FreezeBody = z.infer<typeof freezeBody>;
export type SettleBody = z.infer<typeof settleBody>;
export type FailBody = z.infer<typeof failBody>;
export type ReleaseBody = z.infer<typeof releaseBody>;
export type HoldStatus = z.infer<typeof holdStatus>;
export type Hold = z.infer<typeof hold>;
export type HoldList = z.infer<typeof holdList>;
