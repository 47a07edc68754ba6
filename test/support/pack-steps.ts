import fc from './fast-check.ts';

const dayMs = 86_400_000;

/** What an account with packs may live through. */
export type PackStep =
  | { readonly do: 'take'; readonly units: number }
  | { readonly do: 'freeze'; readonly product: string; readonly quantity: number }
  | { readonly do: 'settle'; readonly hold: number; readonly part: number; readonly match: boolean }
  | { readonly do: 'release' | 'late'; readonly hold: number; readonly part: number }
  | { readonly do: 'refund'; readonly pack: number }
  | { readonly do: 'warn'; readonly percent: number | null; readonly days: number | null }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'to expiry' | 'to notice'; readonly pack: number; readonly ms: number }
  /** A hold takes units of a pack a second before the pack's expiry, and ends after it. */
  | {
      readonly do: 'straddle';
      readonly pack: number;
      readonly quantity: number;
      readonly ends: 'settled' | 'released' | 'late';
      readonly part: number;
    }
  | { readonly do: 'restart' };

const hold = fc.nat({ max: 4 });
const part = fc.nat({ max: 100 });
const step: fc.Arbitrary<PackStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), units: fc.constantFrom(3, 3, 7, 100) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('freeze' as const),
      product: fc.constantFrom('call', 'call', 'dear-call', 'matched-call'),
      quantity: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), hold, part, match: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'late' as const), hold, part }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund' as const), pack: fc.nat({ max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 1_000, 1_800_000, dayMs, 6 * dayMs),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('to expiry' as const),
      pack: fc.nat({ max: 3 }),
      ms: fc.constantFrom(-1_800_001, -1_800_000, -1_799_999, -1, 0, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('straddle' as const),
      pack: fc.nat({ max: 1 }),
      quantity: fc.integer({ min: 2, max: 9 }),
      ends: fc.constantFrom('settled' as const, 'released' as const, 'late' as const, 'late' as const),
      part,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('warn' as const),
      percent: fc.constantFrom(null, 34, 50, 100),
      days: fc.constantFrom(null, 1, 5, 359, 365, 366),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('to notice' as const),
      pack: fc.nat({ max: 3 }),
      ms: fc.constantFrom(-1, 0, 1),
    }),
  },
);

export const packSteps = fc.array(step, { minLength: 1, maxLength: 40 });
