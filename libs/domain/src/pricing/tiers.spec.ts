import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import type { PriceStep, PriceTable } from '../index.ts';
import {
  chargeAfter,
  formatMoney,
  maxCharge,
  parseMoney,
  plus,
  priceTable,
  shippedPriceBooks,
  tableTotal,
  validateSteps,
  zero,
} from '../index.ts';

function shipped(book: string): PriceTable {
  const steps = shippedPriceBooks.find(({ name }) => name === book)?.products['face-verify']?.steps;
  if (steps === null || steps === undefined) throw new RangeError(`${book} has steps`);
  return priceTable(steps);
}

/** The slow way: a price for every single unit. */
function priceOfUnit(steps: readonly PriceStep[], position: number): bigint {
  const step = steps.find(({ upTo }) => upTo === null || position <= upTo);
  if (step === undefined) throw new RangeError('the last step is open-ended');
  return parseMoney(step.price);
}

function costOfUnits(steps: readonly PriceStep[], after: number, units: number): bigint {
  let cost = 0n;
  for (let position = after + 1; position <= after + units; position += 1) cost += priceOfUnit(steps, position);
  return cost;
}

const tables = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
    prices: fc.array(fc.constantFrom('0', '0.00000001', '0.006', '0.85', '1', '2.5', '7'), {
      minLength: 7,
      maxLength: 7,
    }),
  })
  .map(({ widths, prices }) => {
    const steps: PriceStep[] = [];
    let upTo = 0;
    for (const [index, width] of widths.entries()) steps.push({ upTo: (upTo += width), price: prices[index] ?? '1' });
    return [...steps, { upTo: null, price: prices[6] ?? '1' }];
  });

describe('the total of a table', () => {
  it.each([
    ['dcloud-2023', 0, '0'],
    ['dcloud-2023', 1, '0.85'],
    ['dcloud-2023', 10_000, '8500'],
    ['dcloud-2023', 10_001, '8500.8'],
    ['dcloud-2023', 100_000, '80500'],
    ['dcloud-2023', 110_000, '87500'],
    ['dcloud-2023', 550_000, '330500'],
    ['dcloud-legacy', 100_000, '85000'],
    ['dcloud-legacy', 110_000, '93000'],
    ['dcloud-legacy', 550_000, '405000'],
  ])('%s: %i units cost %s', (book, units, cost) => {
    expect(formatMoney(tableTotal(shipped(book), units))).toBe(cost);
  });
});

describe('the charge of a run of units', () => {
  it('is the sum of its units’ own prices, line by line', () => {
    fc.assert(
      fc.property(tables, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (steps, after, units) => {
        const charge = chargeAfter(priceTable(steps), after, units);
        expect(charge.amount).toBe(costOfUnits(steps, after, units));
        let next = after + 1;
        let total = zero;
        for (const line of charge.lines) {
          expect(line.from).toBe(next);
          expect(line.units > 0).toBe(true);
          expect(parseMoney(line.amount)).toBe(costOfUnits(steps, line.from - 1, line.units));
          expect(parseMoney(line.price)).toBe(priceOfUnit(steps, line.from));
          next += line.units;
          total = plus(total, parseMoney(line.amount));
        }
        expect(next).toBe(after + units + 1);
        expect(total).toBe(charge.amount);
      }),
    );
  });
});

describe('the most that units can come to', () => {
  it('is the largest T(m + units) - T(m) over all m from the counter on, tried one by one', () => {
    fc.assert(
      fc.property(tables, fc.nat({ max: 80 }), fc.integer({ min: 1, max: 60 }), (steps, after, units) => {
        let most = 0n;
        for (let m = after; m <= after + 150; m += 1) {
          const cost = costOfUnits(steps, m, units);
          if (cost > most) most = cost;
        }
        const bound = maxCharge(priceTable(steps), after, units);
        expect(bound.amount).toBe(most);
        expect(bound.after >= after).toBe(true);
        expect(bound.amount).toBe(costOfUnits(steps, bound.after, units));
      }),
      { numRuns: 300 },
    );
  });

  it('is never below what a settle of as many or fewer units charges later', () => {
    fc.assert(
      fc.property(
        tables,
        fc.nat(40),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(40),
        fc.nat(30),
        (steps, after, units, more, less) => {
          const table = priceTable(steps);
          const settled = chargeAfter(table, after + more, Math.max(1, units - less));
          expect(settled.amount <= maxCharge(table, after, units).amount).toBe(true);
        },
      ),
    );
  });

  it('of a table whose first ten units are free looks beyond them', () => {
    const table = priceTable([
      { upTo: 10, price: '0' },
      { upTo: null, price: '1' },
    ]);
    expect(maxCharge(table, 0, 3)).toMatchObject({ amount: 300_000_000n, after: 10 });
  });

  it('of a table whose prices never rise is what they cost now', () => {
    expect(maxCharge(shipped('dcloud-2023'), 9_999, 2)).toEqual(chargeAfter(shipped('dcloud-2023'), 9_999, 2));
    expect(formatMoney(maxCharge(shipped('dcloud-2023'), 9_999, 2).amount)).toBe('1.65');
  });
});

describe('a price table', () => {
  it.each<[string, PriceStep[]]>([
    ['no step', []],
    ['no open end', [{ upTo: 10, price: '1' }]],
    [
      'an open end before the last step',
      [
        { upTo: null, price: '1' },
        { upTo: null, price: '2' },
      ],
    ],
    [
      'a step that ends before it begins',
      [
        { upTo: 10, price: '1' },
        { upTo: 10, price: '2' },
        { upTo: null, price: '3' },
      ],
    ],
    [
      'half a unit',
      [
        { upTo: 1.5, price: '1' },
        { upTo: null, price: '3' },
      ],
    ],
    ['a negative price', [{ upTo: null, price: '-1' }]],
    ['a price of nine decimals', [{ upTo: null, price: '0.000000001' }]],
    [
      '101 steps',
      [...Array.from({ length: 100 }, (_, index) => ({ upTo: index + 1, price: '1' })), { upTo: null, price: '1' }],
    ],
  ])('is not made of %s', (_, steps) => {
    expect(validateSteps(steps)).toBeDefined();
    expect(() => priceTable(steps)).toThrow(RangeError);
  });

  it('has a hash of its own: another step, another table', () => {
    const hashes = [
      [{ upTo: null, price: '1' }],
      [{ upTo: null, price: '2' }],
      [
        { upTo: 5, price: '1' },
        { upTo: null, price: '1' },
      ],
    ].map((steps) => priceTable(steps).hash);
    expect(new Set(hashes).size).toBe(3);
    expect(shipped('dcloud-2023').hash).toBe(shipped('dcloud-2023').hash);
  });
});
