import { z } from 'zod';
import { budget } from './budgets.ts';
import { packUnits, priceLine, pricing } from './holds.ts';
import { bounds } from './kernel/bounds.ts';
import { body, id, productName, quantity, time, wholeNumber } from './kernel/fields.ts';
import { post, reads, type Route } from './kernel/route.ts';
import { readProblems } from './problems/route-problems.ts';

export const quoteBody = body({
  product: productName,
  quantity: quantity.optional(),
  ttlSeconds: wholeNumber(1, bounds.ttlSecondsMax, 'ttlSeconds').optional(),
  budget: id.optional(),
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
  pricing: pricing.extend({
    lines: z.array(priceLine).meta({ description: 'The tier positions at which the units would cost most.' }),
  }),
  budget: budget
    .extend({ enough: z.boolean() })
    .nullable()
    .meta({ description: 'The budget that was asked about; null without one.' }),
  asOf: time,
});

/** What a freeze would take. */
export const quoteRoutes = {
  quote: post('/v1/accounts/{accountId}/quotes', {
    summary: 'What a freeze would take now, and whether it would be accepted. Writes nothing, promises nothing.',
    scopes: reads,
    body: quoteBody,
    answer: quote,
    problems: [
      ...readProblems,
      'payload_too_large',
      'unsupported_media_type',
      'account_not_found',
      'unknown_product',
      'price_not_agreed',
      'unknown_budget',
    ],
  }),
} satisfies Record<string, Route>;

export type QuoteBody = z.infer<typeof quoteBody>;
export type Quote = z.infer<typeof quote>;
