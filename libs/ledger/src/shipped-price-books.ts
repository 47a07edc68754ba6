import type { PriceBook, PriceStep, Product } from './price-book.ts';

/** Face verification, charged per completed call (match or mismatch) on graduated prices within the agreement year. */
function faceVerify(steps: readonly PriceStep[]): Readonly<Record<string, Product>> {
  return { 'face-verify': { counter: 'face-verify', basis: 'completed', credentialSeconds: 1_800, steps } };
}

/** The price books that come with Holdfast. A version, once shipped, never changes. */
export const shippedPriceBooks: readonly PriceBook[] = [
  {
    name: 'dcloud-2023',
    version: 1,
    currency: 'CNY',
    products: faceVerify([
      { upTo: 10_000, price: '0.85' },
      { upTo: 100_000, price: '0.8' },
      { upTo: 200_000, price: '0.7' },
      { upTo: 300_000, price: '0.6' },
      { upTo: 500_000, price: '0.5' },
      { upTo: null, price: '0.4' },
    ]),
  },
  {
    // The older table, which the published worked examples follow: 110 000 calls = 93 000, 550 000 = 405 000.
    name: 'dcloud-legacy',
    version: 1,
    currency: 'CNY',
    products: faceVerify([
      { upTo: 100_000, price: '0.85' },
      { upTo: 200_000, price: '0.8' },
      { upTo: 500_000, price: '0.7' },
      { upTo: null, price: '0.6' },
    ]),
  },
];
