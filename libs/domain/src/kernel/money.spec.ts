import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from '../../../../test/support/fast-check.ts';
import {
  balanceMax,
  formatMoney,
  minus,
  type Money,
  negated,
  parseMoney,
  plus,
  roundForDisplay,
  sum,
  times,
  validateAmount,
  withinRange,
  zero,
} from '../index.ts';

const Exact = Decimal.clone({ precision: 120, toExpNeg: -120, toExpPos: 120 });

/** Texts of the grammar, canonical or not. */
const texts = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('0', '9', '999999999999999999', '100000000000000000'),
      fc.bigInt(0n, 10n ** 18n - 1n).map(String),
    ),
    fc.array(fc.nat({ max: 9 }), { maxLength: 8 }),
  )
  .map(([whole, decimals]) => (decimals.length === 0 ? whole : `${whole}.${decimals.join('')}`));
const signedTexts = fc.tuple(fc.boolean(), texts).map(([negative, text]) => (negative ? `-${text}` : text));

describe('the text of an amount', () => {
  it.each([
    '0',
    '1',
    '10',
    '0.1',
    '0.10',
    '0.00000001',
    '999999999999999999',
    '999999999999999999.99999999',
    '0.00000000',
  ])('%s is taken', (text) => {
    expect(validateAmount(text)).toBeUndefined();
  });

  it.each([
    ['a JSON number', 1],
    ['nothing', null],
    ['a bigint', 1n],
    ['no text', ''],
    ['a leading zero', '01'],
    ['two zeros', '00'],
    ['a plus', '+1'],
    ['a minus', '-1'],
    ['an exponent', '1e3'],
    ['no digit before the point', '.5'],
    ['no digit after the point', '1.'],
    ['nine decimals', '0.000000001'],
    ['19 digits before the point', '1000000000000000000'],
    ['a space before', ' 1'],
    ['a line end after', '1\n'],
    ['a thousands separator', '1,000'],
    ['an underscore', '1_000'],
    ['hexadecimal', '0x10'],
    ['infinity', 'Infinity'],
    ['no number', 'NaN'],
    ['full-width digits', '１'],
    ['10 000 digits', '1'.repeat(10_000)],
  ])('%s is refused', (_, text) => {
    expect(validateAmount(text)).toBeDefined();
    if (typeof text === 'string') expect(() => parseMoney(text)).toThrow(RangeError);
  });

  it('has a leading minus only where the sign is asked for', () => {
    expect(validateAmount('-0.5', 'signed')).toBeUndefined();
    expect(validateAmount('--1', 'signed')).toBeDefined();
    expect(validateAmount('-', 'signed')).toBeDefined();
    expect(formatMoney(parseMoney('-0', 'signed'))).toBe('0');
    expect(formatMoney(parseMoney('-0.50', 'signed'))).toBe('-0.5');
  });
});

describe('the canonical text', () => {
  it.each([
    ['0.0', '0'],
    ['1.50', '1.5'],
    ['10', '10'],
    ['100.00000000', '100'],
    ['0.00000010', '0.0000001'],
    ['0.0000278', '0.0000278'],
  ])('of %s is %s', (text, canonical) => {
    expect(formatMoney(parseMoney(text))).toBe(canonical);
  });

  it('has no exponent, no trailing zeros, no plus and no minus zero, and is read back as the same amount', () => {
    fc.assert(
      fc.property(signedTexts, (text) => {
        const canonical = formatMoney(parseMoney(text, 'signed'));
        expect(canonical).toMatch(/^(?:0|-?(?:[1-9]\d*(?:\.\d{0,7}[1-9])?|0\.\d{0,7}[1-9]))$/);
        expect(parseMoney(canonical, 'signed')).toBe(parseMoney(text, 'signed'));
      }),
    );
  });
});

describe('arithmetic', () => {
  const toDecimal = (amount: Money): Decimal => new Exact(formatMoney(amount));

  it('is exact: it agrees with decimal.js at 120 digits and with plain BigInt', () => {
    fc.assert(
      fc.property(signedTexts, signedTexts, fc.integer({ min: 0, max: 1_000_000 }), (leftText, rightText, count) => {
        const [left, right] = [parseMoney(leftText, 'signed'), parseMoney(rightText, 'signed')];
        expect(toDecimal(left).equals(new Exact(leftText))).toBe(true);
        expect(toDecimal(plus(left, right)).equals(new Exact(leftText).plus(rightText))).toBe(true);
        expect(toDecimal(minus(left, right)).equals(new Exact(leftText).minus(rightText))).toBe(true);
        expect(toDecimal(times(left, count)).equals(new Exact(leftText).times(count))).toBe(true);
        expect(toDecimal(negated(left)).equals(new Exact(leftText).negated())).toBe(true);
        expect(plus(left, right)).toBe(scaled(leftText) + scaled(rightText));
        expect(sum([left, right, left])).toBe(scaled(leftText) * 2n + scaled(rightText));
      }),
    );
  });

  it('would be wrong at the 20 digits that decimal.js has by default', () => {
    const text = '123456789012345678.12345678';
    expect(new Decimal(text).plus('0.00000001').minus(text).toString()).not.toBe('1e-8');
    expect(formatMoney(minus(plus(parseMoney(text), parseMoney('0.00000001')), parseMoney(text)))).toBe('0.00000001');
  });
});

function scaled(text: string): bigint {
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + decimals.padEnd(8, '0'));
  return text.startsWith('-') ? 0n - magnitude : magnitude;
}

describe('the range', () => {
  it('is ±(10^18 - 1), both ends included', () => {
    expect(formatMoney(balanceMax)).toBe('999999999999999999');
    expect(withinRange(balanceMax)).toBe(true);
    expect(withinRange(negated(balanceMax))).toBe(true);
    expect(withinRange(plus(balanceMax, parseMoney('0.00000001')))).toBe(false);
    expect(withinRange(minus(negated(balanceMax), parseMoney('0.00000001')))).toBe(false);
  });
});

describe('the amount for display', () => {
  it.each([
    ['0.005', '0.01'],
    ['0.00499999', '0.00'],
    ['1.005', '1.01'],
    ['2.675', '2.68'],
    ['-0.005', '-0.01'],
    ['-0.00499999', '0.00'],
    ['0', '0.00'],
    ['999999999999999999.99499999', '999999999999999999.99'],
  ])('of %s is %s', (text, shown) => {
    expect(roundForDisplay(parseMoney(text, 'signed'))).toBe(shown);
  });

  it('rounds half away from zero, like whole-number arithmetic does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const cents = (scaled(text) + 500_000n) / 1_000_000n;
        const shown = roundForDisplay(parseMoney(text));
        expect(BigInt(shown.replace('.', ''))).toBe(cents);
        expect(shown).toMatch(/^\d+\.\d\d$/);
      }),
    );
  });

  it('of zero is not negative', () => {
    expect(roundForDisplay(zero)).toBe('0.00');
  });
});
