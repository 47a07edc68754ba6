import { describe, expect, it } from '@jest/globals';
import { type OpenAccount, PriceBookCatalog, shippedPriceBooks } from '#domain';
import { AccountDriver, money, said } from '../../../../test/support/account-driver.ts';

const dayMs = 86_400_000;
const dawn = Date.UTC(2026, 0, 28, 16);

function at(now: number): AccountDriver {
  const account = new AccountDriver();
  account.now = now;
  return account;
}

describe('opening an account', () => {
  it('fills in CNY, Asia/Shanghai, the local date, no book, no credit and 100 000 open holds', () => {
    const account = at(dawn);
    account.open();
    expect(account.events).toEqual([
      {
        type: 'account-opened.v1',
        data: {
          at: dawn,
          accountId: 'acme',
          currency: 'CNY',
          timeZone: 'Asia/Shanghai',
          agreementStart: '2026-01-29',
          zone: {
            version: process.versions.tz,
            from: dawn - 400 * dayMs,
            until: dawn + 3_653 * dayMs,
            offsetMs: 8 * 3_600_000,
            changes: [],
          },
          priceBook: null,
          priceBookRequested: null,
          creditLimit: '0',
          limits: { openHolds: 100_000, frozen: null, dailySpend: null },
          metadata: null,
        },
      },
    ]);
  });

  it.each([
    ['Asia/Shanghai', dawn - 1, '2026-01-28'],
    ['Asia/Shanghai', dawn, '2026-01-29'],
    ['America/New_York', dawn, '2026-01-28'],
    ['Pacific/Kiritimati', dawn, '2026-01-29'],
  ])('in %s begins the agreement on the local date', (timeZone, now, date) => {
    const account = at(now);
    account.open({ timeZone });
    expect(account.state.opened?.agreementStart).toBe(date);
    expect(said(at(now).open({ timeZone, agreementStart: date }))).toBe('accepted');
    const tomorrow = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
    expect(at(now).open({ timeZone, agreementStart: tomorrow })).toMatchObject({
      refusal: { code: 'invalid_request', field: 'agreementStart', facts: { latest: date } },
    });
  });

  it('may have begun its agreement long ago, on a leap day too', () => {
    const account = at(dawn);
    expect(said(account.open({ agreementStart: '2024-02-29', priceBook: 'dcloud-2023' }))).toBe('accepted');
    account.deposit('d1', '1');
    account.freeze('h1');
    expect(account.state.openHolds.get('h1')?.opening.pricing?.year).toBe('2025-02-28');
  });

  it('without a price book takes plain holds only', () => {
    const account = at(dawn);
    account.open();
    account.deposit('d1', '10');
    expect(said(account.freeze('h1'))).toBe('unknown_product product');
    expect(said(account.freeze('h1', { amount: '1' }))).toBe('accepted');
  });

  it('pins the newest version of a bare name at that moment, and exactly the version that is named', () => {
    const [book] = shippedPriceBooks;
    if (book === undefined) throw new RangeError('a book is shipped');
    const catalog = new PriceBookCatalog([{ ...book, version: 10 }, book, { ...book, version: 9 }]);
    expect([catalog.pin('dcloud-2023'), catalog.pin('dcloud-2023@1'), catalog.pin('dcloud-2023@9')]).toEqual([
      'dcloud-2023@10',
      'dcloud-2023@1',
      'dcloud-2023@9',
    ]);
    expect([catalog.pin('dcloud-2023@2'), catalog.pin('dcloud'), catalog.pin(''), catalog.pin('constructor')]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each<[string, Partial<OpenAccount>, string]>([
    ['currency before time zone', { currency: 'USD', timeZone: 'Mars/Base' }, 'invalid_request currency'],
    ['time zone before start', { timeZone: 'Mars/Base', agreementStart: '2099-01-01' }, 'invalid_request timeZone'],
    ['an offset is no zone', { timeZone: '+08:00' }, 'invalid_request timeZone'],
    ['a date that does not exist', { agreementStart: '2026-02-29' }, 'invalid_request agreementStart'],
    ['start before book', { agreementStart: '2099-01-01', priceBook: 'nothing' }, 'invalid_request agreementStart'],
    ['an unknown book', { priceBook: 'nothing' }, 'invalid_request priceBook'],
    ['an unknown version', { priceBook: 'dcloud-2023@7' }, 'invalid_request priceBook'],
  ])('refuses %s', (_, change, answer) => {
    const account = at(dawn);
    expect(said(account.open(change))).toBe(answer);
    expect(account.events).toEqual([]);
    expect(said(account.open())).toBe('accepted');
  });
});

describe('opening an account that exists', () => {
  const full: Partial<OpenAccount> = {
    currency: 'CNY',
    timeZone: 'Europe/Berlin',
    agreementStart: '2026-01-01',
    priceBook: 'dcloud-2023',
    creditLimit: money('5'),
    limits: { openHolds: 10, frozen: money('7'), dailySpend: money('8') },
    metadata: { a: '1', b: '2' },
  };
  const limits = { openHolds: 10, frozen: money('7'), dailySpend: money('8') };

  function existing(): AccountDriver {
    const account = at(dawn);
    account.open(full);
    account.now += 400 * 86_400_000;
    account.restart();
    return account;
  }

  it('the same way is answered again, years later, metadata in any order', () => {
    expect(said(existing().open(full))).toBe('replayed');
    expect(said(existing().open({ ...full, metadata: { b: '2', a: '1' } }))).toBe('replayed');
    expect(said(existing().open({ ...full, currency: null }))).toBe('replayed');
    expect(said(existing().open({ ...full, priceBook: 'dcloud-2023@1' }))).toBe('replayed');
  });

  it.each<[string, Partial<OpenAccount>]>([
    ['timeZone', { timeZone: null }],
    ['agreementStart', { agreementStart: null }],
    ['agreementStart', { agreementStart: '2026-01-02' }],
    ['priceBook', { priceBook: null }],
    ['priceBook', { priceBook: 'dcloud-legacy' }],
    ['creditLimit', { creditLimit: null }],
    ['creditLimit', { creditLimit: money('5.00000001') }],
    ['limits.openHolds', { limits: { ...limits, openHolds: null } }],
    ['limits.frozen', { limits: { ...limits, frozen: null } }],
    ['limits.dailySpend', { limits: { ...limits, dailySpend: money('8.1') } }],
    ['metadata', { metadata: null }],
    ['metadata', { metadata: { a: '1', b: '2', c: '3' } }],
    ['timeZone', { timeZone: 'UTC', metadata: null }],
  ])('with another %s is refused by that name', (field, change) => {
    expect(said(existing().open({ ...full, ...change }))).toBe(`account_already_exists ${field}`);
  });

  it('with the defaults left out equals the defaults as they stood then', () => {
    const account = at(dawn);
    account.open();
    account.now += 400 * 86_400_000;
    const spelled = {
      currency: 'CNY',
      timeZone: 'Asia/Shanghai',
      agreementStart: '2026-01-29',
      creditLimit: money('0'),
    };
    expect(said(account.open())).toBe('replayed');
    expect(said(account.open({ ...spelled, limits: { openHolds: 100_000, frozen: null, dailySpend: null } }))).toBe(
      'replayed',
    );
    expect(said(account.open({ metadata: {} }))).toBe('account_already_exists metadata');
  });

  describe('with its price book named otherwise', () => {
    const [book] = shippedPriceBooks;
    if (book === undefined) throw new RangeError('a book is shipped');
    const published = (...versions: readonly number[]): PriceBookCatalog =>
      new PriceBookCatalog([...versions.map((version) => ({ ...book, version })), { ...book, name: 'dcloud' }]);

    it.each([
      ['dcloud-2023', 'dcloud-2023', 'replayed'],
      ['dcloud-2023', 'dcloud-2023@2', 'replayed'],
      ['dcloud-2023@2', 'dcloud-2023', 'replayed'],
      ['dcloud-2023@2', 'dcloud-2023@2', 'replayed'],
      ['dcloud-2023', 'dcloud-2023@1', 'account_already_exists priceBook'],
      ['dcloud-2023', 'dcloud-2023@3', 'account_already_exists priceBook'],
      ['dcloud-2023@2', 'dcloud-2023@1', 'account_already_exists priceBook'],
      ['dcloud-2023@2', 'dcloud-2023@', 'account_already_exists priceBook'],
      ['dcloud-2023@2', 'dcloud-2023@20', 'account_already_exists priceBook'],
      ['dcloud-2023@2', 'dcloud', 'account_already_exists priceBook'],
      ['dcloud-2023@2', null, 'account_already_exists priceBook'],
      [null, 'dcloud-2023', 'account_already_exists priceBook'],
      [null, null, 'replayed'],
    ])('first %s, then %s: %s, whatever is published meanwhile', (first, then, answer) => {
      const account = at(dawn);
      account.books = published(1, 2);
      account.open({ priceBook: first });
      expect(said(account.open({ priceBook: then }))).toBe(answer);
      account.books = published(1, 2, 3);
      account.restart();
      expect(said(account.open({ priceBook: then }))).toBe(answer);
    });
  });

  it('changes nothing', () => {
    const account = existing();
    account.open({ ...full, creditLimit: money('9') });
    account.open(full);
    expect(account.events).toHaveLength(1);
  });
});
