import { z } from 'zod';
import { balance, listFrame } from './accounts.ts';
import { budget } from './budgets.ts';
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
} from './fields.ts';
import { pack } from './packs.ts';

export const freezeBody = body({
  holdId: id,
  product: productName.optional(),
  quantity: quantity.optional(),
  amount: positiveAmount.optional(),
  ttlSeconds: wholeNumber(1, 2_592_000, 'ttlSeconds').optional(),
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

export const quoteBody = body({
  product: productName,
  quantity: quantity.optional(),
  ttlSeconds: wholeNumber(1, 2_592_000, 'ttlSeconds').optional(),
  budget: id.optional(),
});

export const holdStatus = z.enum(['open', 'settled', 'released', 'expired']);

const priceLine = z.object({ from: z.int(), units: z.int(), price: z.string(), amount: z.string() });

const pricing = z.object({
  book: z.string(),
  table: z.string(),
  basis: z.enum(['completed', 'match']),
  counter: z.string(),
  year: z.string(),
  unitsCharged: z.int(),
  bound: z.array(priceLine),
});

const packUnits = z.object({ packId: id, units: z.int() });

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

/**
 * A balance as of a moment, with the holds that were open then (the first thousand, or fewer if they are large; `openHolds`
 * counts all), the budgets
 * (the first thousand by name) and the packs.
 */
export const balanceAsOf = z.object({
  accountId: id,
  status: z.enum(['active', 'suspended', 'closed']),
  balance,
  openHolds: z.int(),
  holds: z.array(hold),
  budgets: z.array(budget).meta({ description: 'With what was used of them in the period of that moment.' }),
  packs: z.array(pack).meta({ description: 'With where their units were at that moment.' }),
  revision: z.int(),
  asOf: time,
});

export const quote = z.object({
  accountId: id,
  product: z.string(),
  quantity: z.int(),
  packs: z.array(packUnits).nullable().meta({ description: 'Units that packs would cover; null if none.' }),
  amount: z.string().meta({ description: 'Money for what no pack covers.' }),
  available: z.string(),
  enough: z
    .boolean()
    .meta({ description: 'Whether a freeze would be accepted at this moment, by the rules that decide it.' }),
  refusal: z
    .looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string(), code: z.string() })
    .nullable()
    .meta({ description: 'The problem that a freeze would be answered with, with its facts; null if `enough`.' }),
  pricing,
  budget: budget
    .extend({ enough: z.boolean() })
    .nullable()
    .meta({ description: 'The budget that was asked about; null without one.' }),
  asOf: time,
});

export type FreezeBody = z.infer<typeof freezeBody>;
export type SettleBody = z.infer<typeof settleBody>;
export type FailBody = z.infer<typeof failBody>;
export type ReleaseBody = z.infer<typeof releaseBody>;
export type QuoteBody = z.infer<typeof quoteBody>;
export type HoldStatus = z.infer<typeof holdStatus>;
export type Hold = z.infer<typeof hold>;
export type HoldList = z.infer<typeof holdList>;
export type BalanceAsOf = z.infer<typeof balanceAsOf>;
export type Quote = z.infer<typeof quote>;
