import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { operation, parse } from '#contract';
import fc from '../../../../test/support/fast-check.ts';
import { evidence, givenTime, id, metadata, positiveAmount, signedAmount } from './fields.ts';

/** Whether the pattern that the documents have lets a text through. */
const documented = (schema: z.ZodType, text: string): boolean => {
  const { pattern = '' } = z.toJSONSchema(schema, { io: 'input' }) as { pattern?: string };
  return new RegExp(pattern, 'u').test(text);
};

const accepted = (schema: z.ZodType, text: string): boolean => schema.safeParse(text).success;

describe('the documents', () => {
  it.each([
    ['an id', id, 'a.~_-', ['.', '..', '...', 'a'.repeat(64), 'a'.repeat(65)]],
    ['an amount above zero', positiveAmount, '01.-', ['0', '0.0', '0.00000000', '0.00000001', '1', '-1', '10']],
    ['an amount other than zero', signedAmount, '01.-', ['0', '-0', '-0.0', '0.10', '-0.1', '-1', '--1']],
  ] as const)('let through just what is accepted: %s', (_, schema, characters, edges) => {
    const any = fc.string({ unit: fc.constantFrom(...characters.split('')), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), any), (text) => {
        expect([text, documented(schema, text)]).toEqual([text, accepted(schema, text)]);
      }),
    );
  });

  it.each<[string, boolean]>([
    ['1970-01-01T00:00:00Z', true],
    ['1969-12-31T23:59:59.999Z', false],
    ['0001-01-01T00:00:00Z', false],
    ['1970-01-01T00:00:00+00:01', false],
    ['1969-12-31T23:59:59-01:00', false],
    ['9999-12-31T23:59:59.999Z', true],
    ['9999-12-31T23:59:59-00:01', false],
    ['2026-02-30T00:00:00Z', false],
    ['2028-02-29T00:00:00.123456789+08:00', true],
    ['2026-03-01T00:00:00.1234567890Z', false],
    ['2026-03-01T00:00:00', false],
  ])('bound a time: %s', (text, lets) => {
    expect(documented(givenTime, text)).toBe(lets);
    // Before 1970 by the clock that tells it, after by ours: accepted, and not promised.
    if (!text.startsWith('1969-12-31T23:59:59-')) expect(accepted(givenTime, text)).toBe(lets);
  });

  it.each([
    ['metadata', metadata, 20],
    ['evidence', evidence, 5],
  ] as const)('say how many keys there can be: %s', (_, schema, most) => {
    expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object', maxProperties: most });
    expect(z.toJSONSchema(schema, { io: 'output' })).toMatchObject({ type: 'object' });
  });
});

describe('an object of too many keys', () => {
  /** Keys that are too long, with numbers for values; whoever reads one of these is counted. */
  const wrong = (keys: number, read: () => void): object => {
    const entries = Array.from({ length: keys }, (_, n) => [
      'x'.repeat(41) + String(n),
      { enumerable: true, get: () => (read(), n) },
    ]);
    return Object.defineProperties({}, Object.fromEntries(entries) as PropertyDescriptorMap);
  };

  const freeze = { op: 'freeze', accountId: 'a', holdId: 'h', amount: '1' };
  const settle = { op: 'settle', accountId: 'a', holdId: 'h', outcome: 'match' };

  it.each([
    ['metadata', freeze, 20, 'metadata: metadata has at most 20 keys'],
    ['evidence', settle, 5, 'evidence: evidence has at most 5 strings'],
  ] as const)('is refused by counting them, before any is looked at: %s', (field, rest, most, detail) => {
    let reads = 0;
    const read = (): void => {
      reads += 1;
    };
    const parsed = parse(operation, { ...rest, [field]: wrong(most + 1, read) });
    expect(parsed.ok ? undefined : parsed.problem).toMatchObject({ code: 'invalid_request', detail });
    expect(parsed.ok ? [] : parsed.problem.errors).toHaveLength(1);
    expect(reads).toBe(0);
    parse(operation, { ...rest, [field]: wrong(most, read) });
    expect(reads).toBeGreaterThanOrEqual(most);
  });

  it('is accepted up to the last one', () => {
    const texts = (keys: number): object =>
      Object.fromEntries(Array.from({ length: keys }, (_, n) => [`k${String(n)}`, 'v']));
    expect([20, 21].map((keys) => metadata.safeParse(texts(keys)).success)).toEqual([true, false]);
    const digest = `sha256:${'0'.repeat(64)}`;
    expect([4, 5].map((keys) => evidence.safeParse({ digest, ...texts(keys) }).success)).toEqual([true, false]);
    expect(metadata.safeParse(['a']).error?.issues.map(({ message }) => message)).toEqual([
      'metadata is an object of strings',
    ]);
  });
});
