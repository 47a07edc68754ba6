import { describe, expect, it } from '@jest/globals';
import type { Account, Hold, PriceBook } from '#contract';
import { amountText, nothing, parseAmount } from './amounts.ts';
import { checkPrices, multiply, pricedUnits } from './price-check.ts';

const older = [
  { upTo: 100_000, price: '0.85' },
  { upTo: 200_000, price: '0.8' },
  { upTo: 500_000, price: '0.7' },
  { upTo: null, price: '0.6' },
];

function totalPrice(units: number): string {
  return amountText(pricedUnits(older, units).reduce((sum, part) => sum.plus(multiply(part)), nothing));
}

describe('amounts', () => {
  it.each([
    ['0', 0n],
    ['0.85', 85_000_000n],
    ['12.00000001', 1_200_000_001n],
    ['-0.5', -50_000_000n],
    ['999999999999999999.99999999', 99_999_999_999_999_999_999_999_999n],
  ])('are exact: %s', (text, amount) => {
    expect(parseAmount(text).times('1e8').toFixed()).toBe(String(amount));
    expect(amountText(parseAmount(text))).toBe(text);
  });

  it('are shown with as many decimals as are asked for, and more where there are more', () => {
    expect([amountText(parseAmount('5'), 2), amountText(parseAmount('0.006'), 2)]).toEqual(['5.00', '0.006']);
  });

  it.each(['', '1e5', '1.', '.5', '0.123456789', 'NaN'])('are not made of anything else: "%s"', (text) => {
    expect(() => parseAmount(text)).toThrow(RangeError);
  });
});

describe('the total of a price table', () => {
  it.each([
    [0, '0'],
    [1, '0.85'],
    [100_000, '85000'],
    [100_001, '85000.8'],
    [110_000, '93000'],
    [550_000, '405000'],
  ])('of %d units is %s, as published', (units, total) => {
    expect(totalPrice(units)).toBe(total);
  });
});

const priceBooks = [
  { name: 'older', version: 1, currency: 'CNY', products: { verify: { counter: 'verify', steps: older } } },
] as unknown as PriceBook[];

function settled(units: number, settledAmount: string, pricing: object | null = {}): Hold {
  const named = pricing && { book: 'older@1', counter: 'verify', year: '2026-01-29', ...pricing };
  return { settledQuantity: named && units, settledAmount, product: named && 'verify', pricing: named } as Hold;
}

/** What a ledger would answer that has charged so much for these holds. */
function ledgerWith(paid: string, holds: readonly Hold[]): Parameters<typeof checkPrices>[0] {
  return {
    priceBooks: {
      // eslint-disable-next-line @typescript-eslint/require-await -- the list has nothing to wait for
      every: async function* () {
        yield* priceBooks;
      },
    },
    getAccount: () => Promise.resolve({ priceBook: 'older@1', balance: { settled: paid } } as Account),
    // eslint-disable-next-line @typescript-eslint/require-await -- the list has nothing to wait for
    everyHold: async function* () {
      yield* holds;
    },
  };
}

describe('the check of what an account has paid', () => {
  it('agrees when units, charged one by one across a boundary, come to the total of the table', async () => {
    const holds = [settled(99_999, '84999.15'), settled(2, '1.65')];
    const check = await checkPrices(ledgerWith('85000.8', holds), 'acme');
    expect(check).toMatchObject({ agrees: true, unitsBilled: 100_001, priceBook: 'older@1' });
    expect(check.derivation).toEqual([
      [
        { units: 100_000, price: '0.85' },
        { units: 1, price: '0.8' },
      ],
    ]);
  });

  it('counts every agreement year from zero, and a plain amount as what it cost', async () => {
    const next = { year: '2027-01-29' };
    const holds = [settled(100_000, '85000'), settled(1, '0.85', next), settled(0, '7.5', null)];
    expect(await checkPrices(ledgerWith('85008.35', holds), 'acme')).toMatchObject({ agrees: true });
  });

  it('does not count units of packs on the table', async () => {
    const consumed = { packs: { consumed: [{ packId: 'p', units: 2 }] } };
    const mixed = { ...settled(3, '0.85'), ...consumed } as Hold;
    expect(await checkPrices(ledgerWith('0.85', [mixed]), 'acme')).toMatchObject({ agrees: true, unitsBilled: 1 });
  });

  it('disagrees by the smallest amount', async () => {
    const holds = [settled(1, '0.85000001')];
    expect(await checkPrices(ledgerWith('0.85000001', holds), 'acme')).toMatchObject({ agrees: false });
  });

  it('says so when it does not know the table, or when one counter had two', async () => {
    const unknown = ledgerWith('0.85', [settled(1, '0.85', { book: 'newer@1' })]);
    await expect(checkPrices(unknown, 'acme')).rejects.toThrow('no price table newer@1/verify');
    const two = ledgerWith('1.7', [settled(1, '0.85'), settled(1, '0.85', { book: 'newer@1' })]);
    await expect(checkPrices(two, 'acme')).rejects.toThrow('several tables');
  });

  it('waits for a list that is behind the balance', async () => {
    let reads = 0;
    const ledger = ledgerWith('1.7', []);
    const catchingUp = {
      ...ledger,
      // eslint-disable-next-line @typescript-eslint/require-await -- the list has nothing to wait for
      everyHold: async function* () {
        reads += 1;
        yield settled(1, '0.85');
        if (reads > 1) yield settled(1, '0.85');
      },
    };
    expect(await checkPrices(catchingUp, 'acme')).toMatchObject({ agrees: true, unitsBilled: 2 });
  });
});
