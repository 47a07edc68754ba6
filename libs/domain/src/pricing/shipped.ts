import type { PackSize, PriceBook, PriceStep, Product } from './price-book.ts';

/** Face verification, charged per completed call (match or mismatch) on graduated prices within the agreement year. */
function faceVerify(steps: readonly PriceStep[]): Readonly<Record<string, Product>> {
  return {
    'face-verify': { counter: 'face-verify', basis: 'completed', credentialSeconds: 1_800, steps, packFamily: null },
  };
}

/** A product of one price, however many units. */
function flat(basis: Product['basis'], price: string, packFamily: string, counter: string): Product {
  return { counter, basis, credentialSeconds: null, steps: [{ upTo: null, price }], packFamily };
}

function forSale(units: number, price: string): PackSize {
  return { units, price, trial: false };
}

const trial: PackSize = { units: 100, price: '0', trial: true };
/** Identity and bank-card checks by the number of elements compared; each account agrees its own prices. */
const elements: Readonly<Record<string, Product>> = Object.fromEntries(
  [2, 3, 4, 5, 6].map((count) => {
    const name = `elements-${String(count)}`;
    return [name, { counter: name, basis: 'completed', credentialSeconds: null, steps: null, packFamily: null }];
  }),
);

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
    packs: {},
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
    packs: {},
  },
  {
    name: 'aliyun-2021',
    version: 1,
    currency: 'CNY',
    products: {
      app: flat('completed', '1', 'real-person', 'app'),
      h5: flat('completed', '1', 'real-person', 'h5'),
      server: flat('completed', '1', 'real-person', 'server'),
      'alipay-mini': flat('match', '1', 'real-person', 'alipay-mini'),
      'alipay-h5': flat('match', '1', 'real-person', 'alipay-h5'),
      'liveness-face': flat('completed', '0.182', 'liveness', 'liveness-face'),
      liveness: flat('completed', '0.182', 'liveness', 'liveness'),
      'face-compare': flat('completed', '0.006', 'face', 'face-compare'),
    },
    packs: {
      'real-person': [
        trial,
        forSale(50_000, '50000'),
        forSale(100_000, '90000'),
        forSale(200_000, '160000'),
        forSale(500_000, '350000'),
        forSale(1_500_000, '1050000'),
      ],
      liveness: [
        trial,
        forSale(50_000, '9100'),
        forSale(100_000, '16380'),
        forSale(200_000, '29120'),
        forSale(500_000, '63700'),
        forSale(1_500_000, '191100'),
      ],
      face: [forSale(1_000_000, '3600'), forSale(3_000_000, '8100')],
    },
  },
  { name: 'elements-2018', version: 1, currency: 'CNY', products: elements, packs: {} },
];
