import { z } from 'zod';
import { amount, body, byName, nameOf, time, wholeNumber } from './fields.ts';
import { priceBook } from './registers.ts';
import { priceSteps } from './terms.ts';

const product = body({
  counter: nameOf('a counter').optional(),
  basis: z.enum(['completed', 'match'], { error: 'a basis is "completed" or "match"' }),
  credentialSeconds: wholeNumber(1, 2_592_000, 'the life of a credential').nullable().optional(),
  packFamily: nameOf('a family of packs').nullable().optional(),
  steps: priceSteps.nullable().meta({ description: 'null: the price is agreed with each account' }),
});

const pack = body({
  units: wholeNumber(1, 1_000_000_000_000, 'the units of a pack'),
  price: amount,
  trial: z.boolean({ error: 'trial is true or false' }).optional(),
});

const packSizes = z
  .array(pack, { error: 'packs are a list' })
  .min(1, { error: 'a family has at least one pack' })
  .max(100, { error: 'a family has at most 100 packs' });

/** One version of a book, whole. Its name and version are its id. */
export const publishBookBody = body({
  name: nameOf('the name of a book'),
  version: wholeNumber(1, 999_999, 'a version'),
  currency: z.enum(['CNY'], { error: 'the currency is "CNY"' }).optional(),
  products: byName('a product', product, 'products are an object by name')
    .refine((products) => Object.keys(products).length > 0, { error: 'a price book has at least one product' })
    .refine((products) => Object.keys(products).length <= 200, { error: 'a price book has at most 200 products' }),
  packs: byName('a family of packs', packSizes, 'packs are an object by family').optional(),
  public: z.boolean({ error: 'public is true or false' }).optional().meta({
    description: 'true: keys that are bound to accounts see it, and may put their accounts on it. Default false.',
  }),
});

export const publishedBook = priceBook.extend({ publishedAt: time });

export type PublishBookBody = z.infer<typeof publishBookBody>;
export type PublishedBook = z.infer<typeof publishedBook>;
