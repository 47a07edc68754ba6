import { describe, expect, it } from '@jest/globals';
import { bounds as ofTheDomain, currencies as domainCurrencies } from '#domain';
import fc from '../../../../test/support/fast-check.ts';
import { validateAmount } from '../../../domain/src/kernel/money.ts';
import { isId } from '../../../domain/src/kernel/validation.ts';
import { tiersMax, unitsMax } from '../../../domain/src/pricing/price-book.ts';
import { bookProductsMax, bookVersionMax, packSizesMax, validateBook } from '../../../domain/src/pricing/validate.ts';
import { bounds, currencies } from './bounds.ts';
import { amount, anyAmount, id, priceBookName, productName } from './fields.ts';

/** Bounds of the contract that the domain has under another name. */
const renamed: Readonly<Record<string, number>> = {
  priceBookVersionMax: bookVersionMax,
  priceBookProductsMax: bookProductsMax,
  priceStepsMax: tiersMax,
  pricedUnitsMax: unitsMax,
  packSizesMax,
  nameCharactersMax: ofTheDomain.productCharactersMax,
};

/** What only comes over the wire: the domain is never asked for it, or keeps a wider bound of its own. */
const ofTheContractAlone = [
  'accountPrefixesMax',
  'batchOperationsMax',
  'fractionDigitsMax',
  'givenTimeMax',
  'graceSecondsMax',
  'keyNameCharactersMax',
  'linkedGroupMax',
  'metadataBytesMax',
  'packWarningPercentMax',
  'pageRowsMax',
  'urlCharactersMax',
  'webhookDescriptionCharactersMax',
  'webhookEventTypesMax',
];

/** What no body can exceed by itself, because it is of an account as it stands, of a channel, or of a date's own form. */
const ofTheDomainAlone = [
  'agreedTablesMax',
  'attemptsMax',
  'budgetsMax',
  'currencyCharactersMax',
  'dateCharactersMax',
  'instantMax',
  'openOrdersMax',
  'orderCharactersMax',
  'packsMax',
];

/** What the contract composes from other bounds. */
const composed: Readonly<Record<string, number>> = {
  familyCharactersMax: bounds.nameCharactersMax,
  productCharactersMax: bounds.nameCharactersMax,
  priceBookCharactersMax: bounds.nameCharactersMax + '@'.length + String(bounds.priceBookVersionMax).length,
};

describe('a bound', () => {
  it.each(Object.entries(bounds).filter(([name]) => !ofTheContractAlone.includes(name)))(
    'of the contract is the domain’s: %s',
    (name, value) => {
      expect({ ...ofTheDomain, ...renamed }[name]).toBe(value);
    },
  );

  it.each(Object.entries(ofTheDomain).filter(([name]) => !ofTheDomainAlone.includes(name)))(
    'of the domain is the contract’s: %s',
    (name, value) => {
      expect({ ...bounds, ...composed }[name]).toBe(value);
    },
  );

  it('is excepted only where it exists', () => {
    expect(ofTheContractAlone.filter((name) => !(name in bounds) || name in ofTheDomain)).toEqual([]);
    expect(ofTheDomainAlone.filter((name) => !(name in ofTheDomain) || name in bounds)).toEqual([]);
    expect(currencies).toEqual(domainCurrencies);
  });
});

/** Texts of the characters that matter, about as long as the bounds. */
const texts = (characters: string, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), maxLength: most, size: 'max' });

describe('a shape', () => {
  it('of an id is the domain’s', () => {
    const edges = ['', '.', '..', '...', 'a'.repeat(64), 'a'.repeat(65), 'a/b', 'a b', 'é', 'a\n'];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), texts('aZ09._~-/ ', 70)), (text) => {
        expect([text, id.safeParse(text).success]).toEqual([text, isId(text)]);
      }),
    );
  });

  it('of an amount is the domain’s, with and without a sign', () => {
    const edges = ['', '0', '-0', '0.0', '01', '1.', '.5', '1e5', '+1', '9'.repeat(18), '9'.repeat(19), '0.123456789'];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), texts('0129.-', 30)), (text) => {
        expect([text, amount.safeParse(text).success]).toEqual([text, validateAmount(text) === undefined]);
        expect([text, anyAmount.safeParse(text).success]).toEqual([text, validateAmount(text, 'signed') === undefined]);
      }),
    );
  });

  it('of a name is the domain’s', () => {
    const product = { counter: 'c', basis: 'match', credentialSeconds: null, steps: null, packFamily: null } as const;
    const fits = (name: string): boolean =>
      validateBook({ name, version: 1, currency: 'CNY', products: { p: product }, packs: {} })?.field[0] !== 'name';
    const edges = ['', '-', 'a', '-a', 'a-', 'A', 'a_b', 'a'.repeat(40), 'a'.repeat(41), 'a\n'];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), texts('az09-A_', 45)), (text) => {
        expect([text, productName.safeParse(text).success]).toEqual([text, fits(text)]);
      }),
    );
  });

  it('of a name is as long as the domain takes it, with a version and without', () => {
    expect(productName.safeParse('a'.repeat(ofTheDomain.productCharactersMax)).success).toBe(true);
    expect(productName.safeParse('a'.repeat(ofTheDomain.productCharactersMax + 1)).success).toBe(false);
    const longest = `${'a'.repeat(40)}@999999`;
    expect(longest).toHaveLength(ofTheDomain.priceBookCharactersMax);
    expect(priceBookName.safeParse(longest).success).toBe(true);
    expect(priceBookName.safeParse(`${longest}9`).success).toBe(false);
  });
});
