/*
 * Prices and dates for the naive model: written down a second time on purpose, from the published tables and from the
 * rules, and computed the slow way. Nothing here may be imported from the domain model.
 */

/** Whole units of 10^-8. */
export type Units = bigint;

export function units(text: string): Units {
  const sign = text.startsWith('-') ? -1n : 1n;
  const [whole = '0', decimals = ''] = text.replace('-', '').split('.');
  return sign * (BigInt(whole) * 100_000_000n + BigInt((decimals + '00000000').slice(0, 8)));
}

export function sum(amounts: readonly Units[]): Units {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

export interface NaiveProduct {
  readonly counter: string;
  readonly matchOnly: boolean;
  readonly credentialSeconds: number;
  /** `[last unit, price]`; empty: no price is agreed. */
  readonly steps: readonly (readonly [number, string])[];
}

function product(
  counter: string,
  steps: readonly (readonly [number, string])[],
  rest: Partial<NaiveProduct> = {},
): NaiveProduct {
  return { counter, steps, matchOnly: false, credentialSeconds: 0, ...rest };
}

const endless = Number.POSITIVE_INFINITY;

export const naiveBooks: Readonly<Record<string, Readonly<Record<string, NaiveProduct>>>> = {
  'dcloud-2023': {
    'face-verify': product(
      'face-verify',
      [
        [10_000, '0.85'],
        [100_000, '0.8'],
        [200_000, '0.7'],
        [300_000, '0.6'],
        [500_000, '0.5'],
        [endless, '0.4'],
      ],
      { credentialSeconds: 1800 },
    ),
  },
  'dcloud-legacy': {
    'face-verify': product(
      'face-verify',
      [
        [100_000, '0.85'],
        [200_000, '0.8'],
        [500_000, '0.7'],
        [endless, '0.6'],
      ],
      { credentialSeconds: 1800 },
    ),
  },
  test: {
    'first-ten-free': product('free', [
      [10, '0'],
      [endless, '1'],
    ]),
    'flat-on-free': product('free', [[endless, '0.3']]),
    'by-match': product('match', [[endless, '2']], { matchOnly: true }),
    zigzag: product('zigzag', [
      [3, '2'],
      [7, '0'],
      [12, '5'],
      [20, '1'],
      [endless, '3'],
    ]),
    gratis: product('gratis', [[endless, '0']]),
    negotiated: product('negotiated', []),
  },
};

/** T(m). */
export function total(steps: NaiveProduct['steps'], count: number): Units {
  let sum = 0n;
  let before = 0;
  for (const [last, price] of steps) {
    const inStep = Math.min(count, last) - before;
    if (inStep > 0) sum += BigInt(inStep) * units(price);
    before = last;
  }
  return sum;
}

export function cost(steps: NaiveProduct['steps'], after: number, count: number): Units {
  return total(steps, after + count) - total(steps, after);
}

/** The largest T(m + count) - T(m) over all m >= after, by trying every m; a table that only falls has it at once. */
export function highest(steps: NaiveProduct['steps'], after: number, count: number): Units {
  let most = cost(steps, after, count);
  const lastBoundary = steps.at(-2)?.[0] ?? 0;
  const rises = steps.some(([, price], index) => units(price) > units(steps[index - 1]?.[1] ?? price));
  if (!rises) return most;
  for (let m = after; m <= Math.max(after, lastBoundary); m += 1) {
    const here = cost(steps, m, count);
    if (here > most) most = here;
  }
  return most;
}

const hour = 3_600_000;

/** China has kept UTC+8 without summer time since 1992. */
export function shanghaiDay(at: number): number {
  return Math.floor((at + 8 * hour) / (24 * hour));
}

/** Which agreement year an instant belongs to, counted from 0, for a start date in Shanghai. */
export function shanghaiYear(start: string, at: number): number {
  const [year = 0, month = 1, day = 1] = start.split('-').map(Number);
  let index = 0;
  while (at >= anniversary(year + index + 1, month, day)) index += 1;
  return index;
}

function anniversary(year: number, month: number, day: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const date = month === 2 && day === 29 && !leap ? 28 : day;
  return Date.UTC(year, month - 1, date) - 8 * hour;
}
