import { z } from 'zod';
import { body, givenTime, id } from './fields.ts';
import { holdStatus } from './holds.ts';
import { unmatchedStatus } from './orders.ts';

/*
 * What may stand behind the question mark. Numbers come as texts.
 */

/** Most rows of one page of a list. */
export const pageRowsMax = 500;

const pageRowsDefault = 100;

function numberText(least: number, most: number): z.ZodType<number> {
  const error = `a whole number from ${String(least)} to ${String(most)}`;
  return z
    .string({ error })
    .regex(/^(?:0|[1-9]\d{0,15})$/, { error })
    .transform(Number)
    .refine((count) => count >= least && count <= most, { error });
}

const limit = numberText(1, pageRowsMax)
  .default(pageRowsDefault)
  .meta({ description: `1 to ${String(pageRowsMax)}; ${String(pageRowsDefault)} unless told.` });

export const listAccountsQuery = body({ after: id.optional(), limit });

export const listHoldsQuery = body({ status: holdStatus.optional(), after: id.optional(), limit });

export const listPriceBooksQuery = body({ after: numberText(0, Number.MAX_SAFE_INTEGER).optional(), limit });

export const listPacksQuery = body({ after: id.optional(), limit });
export const listBudgetsQuery = body({ after: id.optional(), limit });
export const listOrdersQuery = body({ after: id.optional(), limit });

export const listUnmatchedQuery = body({ status: unmatchedStatus.optional(), after: id.optional(), limit });

export const eventsQuery = body({ from: numberText(0, Number.MAX_SAFE_INTEGER).default(0), limit });

/** Pages of what follows in the order of revisions. */
export const afterRevisionQuery = body({ after: numberText(0, Number.MAX_SAFE_INTEGER).optional(), limit });

export const checkpointsQuery = body({ before: numberText(0, Number.MAX_SAFE_INTEGER).optional(), limit });

export const balanceQuery = body({
  at: givenTime.optional(),
  revision: numberText(0, Number.MAX_SAFE_INTEGER).optional(),
}).refine(({ at, revision }) => at === undefined || revision === undefined, {
  error: 'a balance is asked for as of a time or as of a revision',
  path: ['at'],
});
