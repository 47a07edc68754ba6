import { z } from 'zod';
import { amount, body, productName, time, wholeNumber } from './fields.ts';
import { priceBook } from './registers.ts';
import { priceSteps } from './terms.ts';

const product = body({
  counter: productName.optional(),
  basis: z.enum(['completed', 'match'], { error: 'a basis is "completed" or "match"' }),
  credentialSeconds: wholeNumber(1, 2_592_000, 'the life of a credential').nullable().optional(),
  packFamily: productName.nullable().optional(),
  steps: priceSteps.nullable().meta({ description: 'null: the price is agreed with each account' }),
});

const pack = body({
  units: wholeNumber(1, 1_000_000_000_000, 'the units of a pack'),
  price: amount,
  trial: z.boolean({ error: 'trial is true or false' }).optional(),
});

/** One version of a book, whole. Its name and version are its id. */
export const publishBookBody = body({
  name: productName,
  version: wholeNumber(1, 999_999, 'a version'),
  currency: z.enum(['CNY'], { error: 'the currency is "CNY"' }).optional(),
  products: z
    .record(productName, product, { error: 'products are an object by name' })
    .refine((products) => Object.keys(products).length > 0, { error: 'a price book has at least one product' })
    .refine((products) => Object.keys(products).length <= 200, { error: 'a price book has at most 200 products' }),
  packs: z
    .record(productName, z.array(pack, { error: 'packs are a list' }).min(1).max(100), {
      error: 'packs are an object by family',
    })
    .optional(),
});

export const publishedBook = priceBook.extend({ publishedAt: time });

export type PublishBookBody = z.infer<typeof publishBookBody>;
export type PublishedBook = z.infer<typeof publishedBook>;
