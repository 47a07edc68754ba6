import { z } from 'zod';
import { bounds } from './kernel/bounds.ts';
import {
  amount,
  anyAmount,
  atMost,
  body,
  byName,
  id,
  metadata,
  positiveAmount,
  priceBookName,
  reason,
  time,
  wholeNumber,
} from './kernel/fields.ts';
import { post, type Route } from './kernel/route.ts';
import { accountProblems } from './problems/route-problems.ts';

/*
 * What is agreed with an account and can be agreed again.
 */

/** What is not given stays as it is; null takes a threshold away. */
export const thresholds = {
  availableBelow: anyAmount.nullable().optional(),
  packPercentBelow: wholeNumber(1, bounds.packWarningPercentMax, 'a percentage').nullable().optional(),
  packExpiresWithinDays: wholeNumber(1, bounds.packWarningDaysMax, 'a number of days').nullable().optional(),
};

const step = body({
  upTo: wholeNumber(1, bounds.pricedUnitsMax, 'the last unit of a step').nullable(),
  price: amount,
});

/** Steps from the first unit on; only the last has no end. */
export const priceSteps = z
  .array(step, { error: 'steps are a list' })
  .min(1, { error: 'a table has at least one step' })
  .max(bounds.priceStepsMax, { error: `a table has at most ${String(bounds.priceStepsMax)} steps` });

const override = z.union([body({ price: amount }), body({ steps: priceSteps }), z.null()], {
  error: 'a price of an account’s own is {"price": …}, {"steps": […]}, or null for that of the book',
});

const conventions = ['calendar', 'last-day-next'] as const;

/** What is not given stays as it is; null takes something away. */
export const changeTermsBody = body({
  changeId: id,
  reason,
  priceBook: priceBookName.nullable().optional(),
  overrides: atMost(
    bounds.overridesMax,
    `an account has at most ${String(bounds.overridesMax)} prices of its own`,
    byName('a product', override, 'overrides are an object of prices by product'),
  ).optional(),
  creditLimit: amount.optional(),
  limits: body({
    openHolds: wholeNumber(1, bounds.openHoldsMax, 'the limit of open holds').nullable().optional(),
    frozen: positiveAmount.nullable().optional(),
    dailySpend: positiveAmount.nullable().optional(),
  }).optional(),
  warnings: body(thresholds).optional(),
  statementConvention: z
    .enum(conventions, { error: `a statement convention is one of ${conventions.join(', ')}` })
    .optional(),
  metadata: metadata.nullable().optional(),
}).refine((change) => Object.values(change).filter((term) => term !== undefined).length > 2, {
  error: 'a change names at least one of the terms',
});

/** All terms that can be changed, as they are. */
export const agreedTerms = {
  priceBook: z.string().nullable(),
  overrides: z.record(z.string(), z.array(z.object({ upTo: z.int().nullable(), price: z.string() }))),
  creditLimit: z.string(),
  limits: z.object({ openHolds: z.int(), frozen: z.string().nullable(), dailySpend: z.string().nullable() }),
  warnings: z.object({
    availableBelow: z.string().nullable(),
    packPercentBelow: z.int().nullable(),
    packExpiresWithinDays: z.int().nullable(),
  }),
  statementConvention: z.enum(conventions),
  metadata: metadata.nullable(),
} as const;

export const termsReceipt = z.object({
  accountId: id,
  changeId: id,
  reason: z.string(),
  ...agreedTerms,
  recordedAt: time,
});

/** What is agreed with an account. */
export const termsRoutes = {
  changeTerms: post('/v1/accounts/{accountId}/terms', {
    summary: 'Changes terms of the account, from now on; open holds keep what they were opened under.',
    body: changeTermsBody,
    answer: termsReceipt,
    problems: [...accountProblems, 'invalid_amount', 'account_closed', 'unknown_product'],
  }),
} satisfies Record<string, Route>;

export type ChangeTermsBody = z.infer<typeof changeTermsBody>;
export type TermsReceipt = z.infer<typeof termsReceipt>;
