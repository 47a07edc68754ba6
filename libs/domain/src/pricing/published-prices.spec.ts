import { describe, expect, it } from '@jest/globals';
import { type AccountEvent, shippedPriceBooks, type TypedEvent } from '#domain';
import { AccountDriver, said } from '../../../../test/support/account-driver.ts';

/*
 * The published price tables, typed from the pages that publish them and not read from the books that ship: what one
 * unit costs at the first and the last place of each row, charged by the domain model on an account of its own.
 */

const monthsMs = 40 * 24 * 3_600_000;
const evening = Date.UTC(2026, 2, 1, 12);

function accountOn(book: string, money = '999999999'): AccountDriver {
  const account = new AccountDriver();
  account.now = evening;
  account.open({ priceBook: book });
  if (money !== '0') account.deposit('d0', money);
  return account;
}

/** Charges so many units, in holds as large as a hold may be. */
function charge(account: AccountDriver, product: string, units: number): void {
  for (let left = units, part = 0; left > 0; left -= 1_000_000, part += 1) {
    const holdId = `before-${String(account.events.length)}-${String(part)}`;
    expect(said(account.freeze(holdId, { product, quantity: Math.min(left, 1_000_000) }))).toBe('accepted');
    expect(said(account.settle(holdId))).toBe('accepted');
  }
}

function newest<Type extends AccountEvent['type']>(account: AccountDriver, type: Type): TypedEvent<Type>['data'] {
  const event = account.events.at(-1);
  if (event?.type !== type) throw new RangeError(`${type} was to be the last event, not ${String(event?.type)}`);
  return event.data as TypedEvent<Type>['data'];
}

/** Freezes and settles the unit that comes next: `frozen, charged: position at price`. */
function nextUnit(account: AccountDriver, product: string, outcome: 'match' | 'mismatch' = 'match'): string {
  expect(said(account.freeze('next', { product }))).toBe('accepted');
  const frozen = newest(account, 'funds-frozen.v1').amount;
  account.settle('next', { outcome });
  const { amount, returned, lines } = newest(account, 'hold-settled.v1');
  expect(returned).toBe('0');
  const line = lines?.map(({ from, units, price }) => `${String(units)} at ${String(from)} for ${price}`).join(', ');
  return `${frozen} frozen, ${amount} charged: ${String(line)}`;
}

const graduated: [book: string, position: number, price: string][] = [
  ['dcloud-2023', 1, '0.85'],
  ['dcloud-2023', 10_000, '0.85'],
  ['dcloud-2023', 10_001, '0.8'],
  ['dcloud-2023', 100_000, '0.8'],
  ['dcloud-2023', 100_001, '0.7'],
  ['dcloud-2023', 200_000, '0.7'],
  ['dcloud-2023', 200_001, '0.6'],
  ['dcloud-2023', 300_000, '0.6'],
  ['dcloud-2023', 300_001, '0.5'],
  ['dcloud-2023', 500_000, '0.5'],
  ['dcloud-2023', 500_001, '0.4'],
  ['dcloud-2023', 9_000_000, '0.4'],
  ['dcloud-legacy', 1, '0.85'],
  ['dcloud-legacy', 100_000, '0.85'],
  ['dcloud-legacy', 100_001, '0.8'],
  ['dcloud-legacy', 200_000, '0.8'],
  ['dcloud-legacy', 200_001, '0.7'],
  ['dcloud-legacy', 500_000, '0.7'],
  ['dcloud-legacy', 500_001, '0.6'],
  ['dcloud-legacy', 9_000_000, '0.6'],
];

const flat: [product: string, price: string, basis: 'completed' | 'match', family: string][] = [
  ['app', '1', 'completed', 'real-person'],
  ['h5', '1', 'completed', 'real-person'],
  ['server', '1', 'completed', 'real-person'],
  ['alipay-mini', '1', 'match', 'real-person'],
  ['alipay-h5', '1', 'match', 'real-person'],
  ['liveness-face', '0.182', 'completed', 'liveness'],
  ['liveness', '0.182', 'completed', 'liveness'],
  ['face-compare', '0.006', 'completed', 'face'],
];

const elements = ['elements-2', 'elements-3', 'elements-4', 'elements-5', 'elements-6'];

const packs: [family: string, units: number, price: string][] = [
  ['real-person', 50_000, '50000'],
  ['real-person', 100_000, '90000'],
  ['real-person', 200_000, '160000'],
  ['real-person', 500_000, '350000'],
  ['real-person', 1_500_000, '1050000'],
  ['liveness', 50_000, '9100'],
  ['liveness', 100_000, '16380'],
  ['liveness', 200_000, '29120'],
  ['liveness', 500_000, '63700'],
  ['liveness', 1_500_000, '191100'],
  ['face', 1_000_000, '3600'],
  ['face', 3_000_000, '8100'],
];

const trials = ['real-person', 'liveness'];

describe('the books that ship', () => {
  it('are four, with the published products and packs and no others', () => {
    const contents = shippedPriceBooks.map(({ name, version, currency, products, packs: sold }) => {
      const sizes = Object.entries(sold).map(([family, listSizes]) => `${family} ${String(listSizes.length)}`);
      return [`${name}@${String(version)}`, currency, Object.keys(products), sizes];
    });
    const faceVerify = ['face-verify'];
    expect(contents).toEqual([
      ['dcloud-2023@1', 'CNY', faceVerify, []],
      ['dcloud-legacy@1', 'CNY', faceVerify, []],
      ['aliyun-2021@1', 'CNY', flat.map(([product]) => product), ['real-person 6', 'liveness 6', 'face 2']],
      ['elements-2018@1', 'CNY', elements, []],
    ]);
  });
});

describe('a graduated table', () => {
  it.each(graduated)('of %s charges unit %i of the year at %s', (book, position, price) => {
    const account = accountOn(book);
    charge(account, 'face-verify', position - 1);
    expect(nextUnit(account, 'face-verify')).toBe(
      `${price} frozen, ${price} charged: 1 at ${String(position)} for ${price}`,
    );
  });

  it.each<[string, number, string]>([
    ['dcloud-2023', 10_000, '8500'],
    ['dcloud-2023', 100_000, '80500'],
    ['dcloud-2023', 110_000, '87500'],
    ['dcloud-2023', 550_000, '330500'],
    ['dcloud-legacy', 100_000, '85000'],
    ['dcloud-legacy', 110_000, '93000'],
    ['dcloud-legacy', 550_000, '405000'],
  ])(
    'of %s charges %i units with %s, at once and in parts, and not a unit of money less is enough',
    (book, units, total) => {
      const account = accountOn(book, total);
      expect(said(account.freeze('all', { quantity: units }))).toBe('accepted');
      account.settle('all');
      expect(account.money).toBe(`0 0 ${total}`);

      const parts = accountOn(book);
      for (let left = units, step = 1; left > 0; step += 1) {
        const quantity = Math.min(left, 7_919 * step);
        charge(parts, 'face-verify', quantity);
        left -= quantity;
      }
      expect(parts.money.split(' ')[2]).toBe(total);

      const short = accountOn(book, total);
      short.adjust('less', '-0.00000001');
      expect(said(short.freeze('all', { quantity: units }))).toBe('insufficient_available_balance');
    },
  );

  it.each(['dcloud-2023', 'dcloud-legacy'])('of %s counts a mismatch like a match', (book) => {
    const account = accountOn(book);
    charge(account, 'face-verify', 9_999);
    expect(nextUnit(account, 'face-verify', 'mismatch')).toBe('0.85 frozen, 0.85 charged: 1 at 10000 for 0.85');
  });

  it.each(['dcloud-2023', 'dcloud-legacy'])('of %s pays for a credential that can be used for 30 minutes', (book) => {
    const account = accountOn(book);
    expect(said(account.freeze('short', { ttlSeconds: 1_799 }))).toBe('forbidden ttlSeconds');
    expect(said(account.freeze('exact', { ttlSeconds: 1_800 }))).toBe('accepted');
    expect(newest(account, 'funds-frozen.v1').expiresAt).toBe(evening + 1_800_000);
  });

  it.each(['dcloud-2023', 'dcloud-legacy'])('of %s has nothing to do with packs', (book) => {
    expect(said(accountOn(book).acquirePack('p', { family: 'real-person', units: 50_000 }))).toBe(
      'unknown_product units',
    );
  });
});

describe('a flat price of aliyun-2021', () => {
  it.each(flat)('%s costs %s, and as much for the last unit of a million and the one after it', (product, price) => {
    const account = accountOn('aliyun-2021');
    expect(nextUnit(account, product)).toBe(`${price} frozen, ${price} charged: 1 at 1 for ${price}`);
    for (const position of [1_000_000, 1_000_001]) {
      const there = accountOn('aliyun-2021');
      charge(there, product, position - 1);
      expect(nextUnit(there, product)).toBe(`${price} frozen, ${price} charged: 1 at ${String(position)} for ${price}`);
    }
  });

  it.each(flat)('%s at %s is charged per %s call: a mismatch says which', (product, price, basis) => {
    const account = accountOn('aliyun-2021');
    charge(account, product, 4);
    expect(said(account.freeze('h', { product }))).toBe('accepted');
    expect(said(account.settle('h', { outcome: 'mismatch' }))).toBe('accepted');
    const ended = account.events.at(-1);
    const charged = ended?.type === 'hold-settled.v1' ? ended.data.amount : '0';
    expect([ended?.type, charged]).toEqual(
      basis === 'completed' ? ['hold-settled.v1', price] : ['hold-released.v1', '0'],
    );
    // What was not charged has not moved the counter either.
    const position = basis === 'completed' ? 6 : 5;
    expect(nextUnit(account, product)).toBe(`${price} frozen, ${price} charged: 1 at ${String(position)} for ${price}`);
  });

  it.each(flat)('%s counts on its own', (product, price) => {
    const account = accountOn('aliyun-2021');
    for (const [other] of flat) if (other !== product) charge(account, other, 3);
    expect(nextUnit(account, product)).toBe(`${price} frozen, ${price} charged: 1 at 1 for ${price}`);
  });
});

describe('a pack of aliyun-2021', () => {
  it.each(packs)('of %s with %i units costs %s, and not a unit of money less', (family, units, price) => {
    const short = accountOn('aliyun-2021', price);
    short.adjust('less', '-0.00000001');
    expect(said(short.acquirePack('p', { family, units }))).toBe('insufficient_available_balance');

    const account = accountOn('aliyun-2021', price);
    expect(said(account.acquirePack('p', { family, units }))).toBe('accepted');
    expect(newest(account, 'pack-bought.v1')).toEqual({
      at: evening,
      packId: 'p',
      family,
      units,
      price,
      book: 'aliyun-2021@1',
      // The same hour of 1 March of the next year; Shanghai has no summer time.
      expiresAt: Date.UTC(2027, 2, 1, 12),
    });
    expect(account.money).toBe('0 0 0');
  });

  it.each(packs)(
    'of %s with %i units for %s pays at once, for each product of its family and no other',
    (family, units) => {
      const account = accountOn('aliyun-2021', '9999999');
      account.acquirePack('p', { family, units });
      for (const [product, price, , payer] of flat) {
        account.freeze(product, { product });
        const { amount, packs: reserved } = newest(account, 'funds-frozen.v1');
        expect([product, amount, reserved]).toEqual(
          payer === family ? [product, '0', [{ packId: 'p', units: 1 }]] : [product, price, null],
        );
      }
    },
  );

  it.each(packs)('of %s with %i units for %s lasts until the same hour a year later', (family, units, price) => {
    const account = accountOn('aliyun-2021', price);
    account.acquirePack('p', { family, units });
    account.now = Date.UTC(2027, 2, 1, 12) - 1;
    account.expireDue();
    expect(account.pack('p')).toBe(`${String(units)} 0 0 0 0`);
    account.now += 1;
    account.expireDue();
    expect(account.pack('p')).toBe(`0 0 0 ${String(units)} 0`);
    expect(newest(account, 'pack-expired.v1').amount).toBe(price);
  });

  it.each(trials)('of %s with 100 units is a trial for nothing, once', (family) => {
    const account = accountOn('aliyun-2021', '0');
    expect(said(account.acquirePack('p', { family, units: 100 }))).toBe('unknown_product units');
    expect(said(account.acquirePack('t', { family, units: 100, how: 'trial' }))).toBe('accepted');
    expect(newest(account, 'trial-started.v1')).toMatchObject({ units: 100, expiresAt: Date.UTC(2027, 2, 1, 12) });
    expect(said(account.acquirePack('t2', { family, units: 100, how: 'trial' }))).toBe('trial_already_taken');
  });

  it.each([
    ['real-person', 99],
    ['real-person', 101],
    ['real-person', 49_999],
    ['real-person', 1_500_001],
    ['liveness', 50_001],
    ['face', 100],
    ['face', 50_000],
    ['face', 1_500_000],
    ['hand', 50_000],
  ])('of %s with %i units is not sold', (family, units) => {
    expect(said(accountOn('aliyun-2021').acquirePack('p', { family, units }))).toBe('unknown_product units');
    expect(said(accountOn('aliyun-2021').acquirePack('p', { family, units, how: 'trial' }))).toBe(
      'unknown_product units',
    );
  });
});

describe('a product of elements-2018', () => {
  it.each(elements)('%s has no price until one is agreed, which then is charged per completed call', (product) => {
    const account = accountOn('elements-2018');
    expect(said(account.freeze('early', { product }))).toBe('price_not_agreed product');
    const overrides = {
      [product]: [
        { upTo: 2, price: '0.31' },
        { upTo: null, price: '0.29' },
      ],
    };
    expect(said(account.terms('agreed', { overrides }))).toBe('accepted');
    charge(account, product, 1);
    expect(nextUnit(account, product, 'mismatch')).toBe('0.31 frozen, 0.31 charged: 1 at 2 for 0.31');
    expect(said(account.freeze('after', { product }))).toBe('accepted');
    expect(newest(account, 'funds-frozen.v1').amount).toBe('0.29');
    // The other products still have none.
    for (const other of elements) {
      if (other !== product) expect(said(account.freeze(other, { product: other }))).toBe('price_not_agreed product');
    }
  });

  it.each(elements)('%s is free where the system failed or the input was malformed', (product) => {
    const account = accountOn('elements-2018', '10');
    account.terms('agreed', { overrides: { [product]: [{ upTo: null, price: '0.31' }] } });
    account.freeze('h', { product });
    account.fail('h', 'a1', 'the registry does not answer');
    account.fail('h', 'a2', 'not an identity number');
    expect(account.money).toBe('9.69 0.31 0');
    account.now += 1_800_000;
    account.expireDue();
    expect(account.money).toBe('10 0 0');
  });
});

describe('an agreement year of a published table', () => {
  const lastEvening = Date.UTC(2024, 0, 28, 15, 59, 59, 999);

  function since2023(): AccountDriver {
    const account = new AccountDriver();
    account.now = Date.UTC(2023, 0, 29, 4);
    account.open({ priceBook: 'dcloud-2023', agreementStart: '2023-01-29' });
    account.deposit('d0', '999999999');
    charge(account, 'face-verify', 500_000);
    return account;
  }

  it('goes on to the last millisecond of the day before the anniversary, then begins again at unit 1', () => {
    const account = since2023();
    account.now = lastEvening;
    expect(nextUnit(account, 'face-verify')).toBe('0.4 frozen, 0.4 charged: 1 at 500001 for 0.4');
    account.now += 1;
    account.freeze('new', {});
    account.settle('new');
    expect(newest(account, 'hold-settled.v1').lines).toEqual([{ from: 1, units: 1, price: '0.85', amount: '0.85' }]);
  });

  it('is that of the hold’s opening, also where it is settled after midnight', () => {
    const account = since2023();
    account.now = lastEvening;
    account.freeze('old', {});
    account.now += 1_000;
    account.settle('old');
    expect(newest(account, 'hold-settled.v1').lines).toMatchObject([{ from: 500_001, price: '0.4' }]);
    account.freeze('new', {});
    account.settle('new');
    expect(newest(account, 'hold-settled.v1').lines).toMatchObject([{ from: 1, price: '0.85' }]);
  });

  it.each([
    // Each last millisecond in Shanghai, of an agreement that began on 29 February 2024.
    [Date.UTC(2025, 1, 27, 15, 59, 59, 999)],
    [Date.UTC(2026, 1, 27, 15, 59, 59, 999)],
    [Date.UTC(2027, 1, 27, 15, 59, 59, 999)],
    [Date.UTC(2028, 1, 28, 15, 59, 59, 999)],
  ])('from 29 February is computed from that day itself: it ends at %i', (end) => {
    const account = new AccountDriver();
    account.now = Date.UTC(2024, 1, 29, 4);
    account.open({ priceBook: 'dcloud-2023', agreementStart: '2024-02-29' });
    account.deposit('d0', '999999999');
    account.now = end - monthsMs;
    charge(account, 'face-verify', 10_000);
    account.now = end;
    expect(nextUnit(account, 'face-verify')).toBe('0.8 frozen, 0.8 charged: 1 at 10001 for 0.8');
    account.now = end + 1;
    account.freeze('new', {});
    expect(newest(account, 'funds-frozen.v1')).toMatchObject({ amount: '0.85', pricing: { unitsCharged: 0 } });
  });
});
