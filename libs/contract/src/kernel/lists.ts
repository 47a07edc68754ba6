import { z } from 'zod';
import { bounds } from './bounds.ts';
import { body, time } from './fields.ts';

/*
 * What lists have in common: the query, whose numbers come as texts, and the frame of the answer.
 */

/** Most rows of one page of a list. */
export const { pageRowsMax } = bounds;

const pageRowsDefault = 100;

export function numberText(least: number, most: number): z.ZodType<number> {
  const error = `a whole number from ${String(least)} to ${String(most)}`;
  return z
    .string({ error })
    .regex(/^(?:0|[1-9]\d{0,15})$/, { error })
    .transform(Number)
    .pipe(
      z
        .number()
        .refine((count) => count >= least && count <= most, { error })
        .meta({ type: 'integer', minimum: least, maximum: most }),
    );
}

export const limit = numberText(1, pageRowsMax)
  .default(pageRowsDefault)
  .meta({ description: `1 to ${String(pageRowsMax)}; ${String(pageRowsDefault)} unless told.` });

export const eventsQuery = body({ from: numberText(0, Number.MAX_SAFE_INTEGER).default(0), limit });

/** Pages of what follows in the order of revisions. */
export const afterRevisionQuery = body({ after: numberText(0, Number.MAX_SAFE_INTEGER).optional(), limit });

/** How fresh a list is, and where it goes on. */
export const listFrame = {
  after: z.string().nullable().meta({
    description: 'Ask on with ?after=… ; null at the end of the list. A page of large rows has fewer than asked for.',
  }),
  asOf: time,
  asOfPosition: z.string(),
} as const;
