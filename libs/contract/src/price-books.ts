import { z } from 'zod';
import { bounds, currencies } from './kernel/bounds.ts';
import { amount, atMost, body, byName, nameField, time, wholeNumber } from './kernel/fields.ts';
import { limit, numberText } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import { writeProblems } from './problems/route-problems.ts';
import { priceSteps } from './terms.ts';

export const listPriceBooksQuery = body({ after: numberText(0, Number.MAX_SAFE_INTEGER).optional(), limit });

const priceStep = z.object({ upTo: z.int().nullable(), price: z.string() });

const bookProduct = z.object({
  counter: z.string(),
  basis: z.enum(['completed', 'match']),
  credentialSeconds: z.int().nullable(),
  steps: z.array(priceStep).nullable().meta({ description: 'null: the price is agreed with each account' }),
  packFamily: z.string().nullable().meta({ description: 'Family of the packs that pay for it' }),
});

const packSize = z.object({ units: z.int(), price: z.string(), trial: z.boolean() });

export const priceBook = z.object({
  name: z.string(),
  version: z.int(),
  currency: z.string(),
  products: z.record(z.string(), bookProduct),
  packs: z.record(z.string(), z.array(packSize)).meta({ description: 'Resource packs by family' }),
  public: z.boolean().meta({
    description: 'Whether keys that are bound to accounts see it though none of their accounts is on it.',
  }),
});

export const priceBookList = z.object({
  priceBooks: z.array(priceBook),
  after: z.string().nullable().meta({ description: 'Where the next page begins; null: this was the last.' }),
});

const product = body({
  counter: nameField('a counter').optional(),
  basis: z.enum(['completed', 'match'], { error: 'a basis is "completed" or "match"' }),
  credentialSeconds: wholeNumber(1, bounds.ttlSecondsMax, 'the life of a credential').nullable().optional(),
  packFamily: nameField('a family of packs').nullable().optional(),
  steps: priceSteps.nullable().meta({ description: 'null: the price is agreed with each account' }),
});

const pack = body({
  units: wholeNumber(1, bounds.pricedUnitsMax, 'the units of a pack'),
  price: amount,
  trial: z.boolean({ error: 'trial is true or false' }).optional(),
});

const packSizes = z
  .array(pack, { error: 'packs are a list' })
  .min(1, { error: 'a family has at least one pack' })
  .max(bounds.packSizesMax, { error: `a family has at most ${String(bounds.packSizesMax)} packs` });

/** One version of a book, whole. Its name and version are its id. */
export const publishBookBody = body({
  name: nameField('the name of a book'),
  version: wholeNumber(1, bounds.priceBookVersionMax, 'a version'),
  currency: z.enum(currencies, { error: 'the currency is "CNY"' }).optional(),
  products: atMost(
    bounds.priceBookProductsMax,
    `a price book has at most ${String(bounds.priceBookProductsMax)} products`,
    byName('a product', product, 'products are an object by name').refine(
      (products) => Object.keys(products).length > 0,
      { error: 'a price book has at least one product' },
    ),
  ),
  packs: byName('a family of packs', packSizes, 'packs are an object by family').optional(),
  public: z.boolean({ error: 'public is true or false' }).optional().meta({
    description: 'true: keys that are bound to accounts see it, and may put their accounts on it. Default false.',
  }),
});

export const publishedBook = priceBook.extend({ publishedAt: time });

/** What verifications and packs cost. */
export const priceBookRoutes = {
  publishPriceBook: post('/v1/price-books', {
    summary: 'Publishes the next version of a price book; it moves no account.',
    wholeLedger: true,
    body: publishBookBody,
    status: 201,
    answer: publishedBook,
    problems: [...writeProblems, 'invalid_amount', 'idempotency_conflict', 'too_many_price_books'],
  }),
  listPriceBooks: get('/v1/price-books', {
    summary: 'Versions of price books, by name and version; of those that the key may see.',
    query: listPriceBooksQuery,
    answer: priceBookList,
    problems: ['store_unavailable'],
  }),
  getPriceBook: get('/v1/price-books/{priceBook}', {
    summary: 'A price book: its newest version, or name@version.',
    answer: priceBook,
    problems: ['price_book_not_found', 'store_unavailable'],
  }),
} satisfies Record<string, Route>;

export type PriceBook = z.infer<typeof priceBook>;
export type PriceBookList = z.infer<typeof priceBookList>;
export type PublishBookBody = z.infer<typeof publishBookBody>;
export type PublishedBook = z.infer<typeof publishedBook>;
