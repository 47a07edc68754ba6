import { describe, expect, it } from '@jest/globals';
import { type AccountEventData, formatMoney, priceTable, type RequestedTerms } from '#domain';
import { type AccountDriver, money, opened, said } from '../../../../test/support/account-driver.ts';

const flat = (price: string): readonly { upTo: number | null; price: string }[] => [{ upTo: null, price }];

function readAgreed(account: AccountDriver): AccountEventData['terms-changed.v1']['terms'] | undefined {
  return account.state.summary.terms?.agreed;
}

/** What the last settle charged. */
function charged(account: AccountDriver): string {
  const last = account.events.at(-1);
  return last?.type === 'hold-settled.v1' || last?.type === 'hold-settled-late.v1' ? last.data.amount : 'nothing';
}

describe('a change of terms', () => {
  it('keeps from when on months were to be counted how, the last of a day, and through a restart', () => {
    const account = opened('10');
    const day = 86_400_000;
    account.terms('t1', { statementConvention: 'calendar' });
    expect(account.state.summary.conventions).toEqual([]);
    account.now += day;
    account.terms('t2', { statementConvention: 'last-day-next' });
    account.now += day;
    account.terms('t3', { statementConvention: 'calendar' });
    account.terms('t4', { statementConvention: 'last-day-next' });
    account.terms('t5', { metadata: { name: 'Acme' } });
    account.now += day;
    account.terms('t6', { statementConvention: 'calendar' });
    const conventions = [
      { date: '2026-01-30', convention: 'last-day-next' },
      { date: '2026-01-31', convention: 'last-day-next' },
      { date: '2026-02-01', convention: 'calendar' },
    ];
    expect(account.state.summary.conventions).toEqual(conventions);
    account.restart();
    expect(account.state.summary.conventions).toEqual(conventions);
  });

  it('says what was asked, and all terms that come of it', () => {
    const account = opened('10', { creditLimit: money('5'), metadata: { name: 'Acme' } });
    expect(account.terms('t1', { limits: { frozen: '7' }, statementConvention: 'last-day-next' })).toMatchObject({
      kind: 'accepted',
      events: [
        {
          type: 'terms-changed.v1',
          data: {
            at: account.now,
            changeId: 't1',
            reason: 'a new contract',
            requested: { limits: { frozen: '7' }, statementConvention: 'last-day-next' },
            terms: {
              priceBook: 'dcloud-2023@1',
              overrides: {},
              creditLimit: '5',
              limits: { openHolds: 100_000, frozen: '7', dailySpend: null },
              warnings: { availableBelow: null, packPercentBelow: null, packExpiresWithinDays: null },
              statementConvention: 'last-day-next',
              metadata: { name: 'Acme' },
            },
          },
        },
      ],
    });
  });

  it('leaves what is not given, and takes away what is null', () => {
    const account = opened('10', { priceBook: 'test', metadata: { name: 'Acme' } });
    account.terms('t1', {
      overrides: { negotiated: flat('3'), gratis: flat('1') },
      limits: { openHolds: 2, frozen: '7', dailySpend: '8' },
      warnings: { availableBelow: '-5', packPercentBelow: 20 },
    });
    account.terms('t2', {
      overrides: { gratis: null },
      limits: { openHolds: null, frozen: null },
      warnings: { availableBelow: null },
      metadata: null,
    });
    expect(readAgreed(account)).toEqual({
      priceBook: 'test@1',
      overrides: { negotiated: flat('3') },
      creditLimit: '0',
      limits: { openHolds: 100_000, frozen: null, dailySpend: '8' },
      warnings: { availableBelow: null, packPercentBelow: 20, packExpiresWithinDays: null },
      statementConvention: 'calendar',
      metadata: null,
    });
  });

  it('raises the credit limit from now on, and lowers it without touching what is owed', () => {
    const account = opened('1');
    expect(said(account.freeze('h1', { amount: '3' }))).toBe('insufficient_available_balance');
    account.terms('t1', { creditLimit: '2' });
    expect(said(account.freeze('h1', { amount: '3.00000001' }))).toBe('insufficient_available_balance');
    expect(said(account.freeze('h1', { amount: '3' }))).toBe('accepted');
    account.terms('t2', { creditLimit: '0' });
    expect(account.money).toBe('-2 3 0');
    expect(said(account.freeze('h2', { amount: '0.00000001' }))).toBe('insufficient_available_balance');
    expect(said(account.settle('h1'))).toBe('accepted');
  });

  it('pins the newest version of a book named without one, and any version that is named', () => {
    const account = opened('10');
    account.terms('t1', { priceBook: 'dcloud-legacy' });
    expect(readAgreed(account)?.priceBook).toBe('dcloud-legacy@1');
    expect(said(account.terms('t2', { priceBook: 'dcloud-legacy@2' }))).toBe('invalid_request priceBook');
    expect(said(account.terms('t2', { priceBook: 'nobody' }))).toBe('invalid_request priceBook');
    account.terms('t2', { priceBook: null });
    expect(readAgreed(account)?.priceBook).toBeNull();
    expect(said(account.freeze('h1'))).toBe('unknown_product product');
  });

  it('to another book keeps the counter, and every position is charged once', () => {
    const account = opened('100000');
    account.freeze('old', { quantity: 1 });
    account.freeze('h1', { quantity: 10_000 });
    account.settle('h1');
    account.terms('t1', { priceBook: 'dcloud-legacy' });
    account.freeze('new', { quantity: 1 });
    account.settle('new');
    expect(account.events.at(-1)).toMatchObject({ data: { amount: '0.85', lines: [{ from: 10_001, price: '0.85' }] } });
    account.settle('old');
    expect(account.events.at(-1)).toMatchObject({ data: { amount: '0.8', lines: [{ from: 10_002, price: '0.8' }] } });
  });

  it('reaches closed accounts no more', () => {
    const account = opened('0');
    account.terms('t1', { creditLimit: '1' });
    account.status('suspend', 's1');
    expect(said(account.terms('t2', { creditLimit: '2' }))).toBe('accepted');
    account.status('close', 'c1');
    expect(said(account.terms('t2', { creditLimit: '2' }))).toBe('replayed');
    expect(said(account.terms('t3', { creditLimit: '2' }))).toBe('account_closed');
  });

  it('is in a snapshot, tables that are no longer agreed too', () => {
    const account = opened('100', { priceBook: 'test' });
    account.terms('t1', { overrides: { negotiated: flat('3') }, creditLimit: '7' });
    account.freeze('h1', { product: 'negotiated' });
    account.terms('t2', { overrides: { negotiated: flat('4') } });
    account.restart();
    expect(formatMoney(account.state.summary.terms?.creditLimit ?? money('0'))).toBe('7');
    account.settle('h1');
    expect(charged(account)).toBe('3');
    account.freeze('h2', { product: 'negotiated' });
    account.settle('h2');
    expect(charged(account)).toBe('4');
  });

  it('that is undone leaves no trace', () => {
    const account = opened('100', { priceBook: 'test' });
    const mark = account.state.undo.mark();
    account.terms('t1', { overrides: { negotiated: flat('3') }, creditLimit: '7' });
    account.state.undo.rollBackTo(mark);
    expect(readAgreed(account)).toMatchObject({ creditLimit: '0', overrides: {} });
    expect(account.state.agreedTables.size).toBe(0);
    expect(said(account.freeze('h1', { product: 'negotiated' }))).toBe('price_not_agreed product');
  });
});

describe('a price of the account’s own', () => {
  it('is what a negotiated product waits for', () => {
    const account = opened('100', { priceBook: 'test' });
    expect(said(account.freeze('h1', { product: 'negotiated' }))).toBe('price_not_agreed product');
    account.terms('t1', {
      overrides: {
        negotiated: [
          { upTo: 1, price: '3' },
          { upTo: null, price: '2' },
        ],
      },
    });
    const table = priceTable([
      { upTo: 1, price: '3' },
      { upTo: null, price: '2' },
    ]).hash;
    expect(account.freeze('h1', { product: 'negotiated', quantity: 2 })).toMatchObject({
      events: [{ data: { amount: '5', pricing: { book: 'test@1', table, counter: 'negotiated' } } }],
    });
    account.settle('h1');
    expect(charged(account)).toBe('5');
  });

  it('stands in for the price of the book, until it is taken away', () => {
    const account = opened('100');
    account.terms('t1', { overrides: { 'face-verify': flat('0.5') } });
    account.freeze('h1');
    account.terms('t2', { overrides: { 'face-verify': null } });
    account.freeze('h2');
    account.settle('h1');
    expect(charged(account)).toBe('0.5');
    account.settle('h2');
    expect(charged(account)).toBe('0.85');
  });

  it('charges a late settle of a hold that was opened under it', () => {
    const account = opened('100', { priceBook: 'test' });
    account.terms('t1', { overrides: { negotiated: flat('3') } });
    const completedAt = account.now;
    account.freeze('h1', { product: 'negotiated' });
    account.terms('t2', { overrides: { negotiated: null }, priceBook: null });
    account.now += 1_800_000;
    account.settle('h1', { completedAt });
    expect(charged(account)).toBe('3');
  });

  it('is of a product that the book has', () => {
    const account = opened('100', { priceBook: 'test' });
    const misspelt = { 'face-verfy': flat('1') };
    expect(said(account.terms('t1', { overrides: misspelt }))).toBe('unknown_product overrides.face-verfy');
    expect(said(account.terms('t1', { overrides: misspelt, priceBook: null }))).toMatch('unknown_product');
    const moved = { overrides: { 'face-verify': flat('1') }, priceBook: 'dcloud-2023' };
    expect(said(account.terms('t1', moved))).toBe('accepted');
  });

  it('is remembered a thousand times, each table once', () => {
    const account = opened('100', { priceBook: 'test' });
    for (let price = 1; price <= 1_000; price += 1) {
      account.terms(`t${String(price)}`, { overrides: { negotiated: flat(String(price)) } });
    }
    expect(said(account.terms('again', { overrides: { negotiated: flat('1') } }))).toBe('accepted');
    expect(said(account.terms('more', { overrides: { negotiated: flat('0.5') } }))).toBe('invalid_request overrides');
    expect(account.state.agreedTables.size).toBe(1_000);
  });
});

describe('a change of terms with a used id', () => {
  const first: RequestedTerms = {
    priceBook: 'dcloud-legacy',
    overrides: { 'face-verify': flat('0.5') },
    creditLimit: '5',
    metadata: { a: '1', b: '2' },
  };

  it.each<[string, RequestedTerms, string]>([
    ['the same', first, 'replayed'],
    ['the version by its number', { ...first, priceBook: 'dcloud-legacy@1' }, 'replayed'],
    ['the same in another order', { ...first, metadata: { b: '2', a: '1' } }, 'replayed'],
    ['another book', { ...first, priceBook: 'dcloud-2023' }, 'idempotency_conflict priceBook'],
    ['no book', { ...first, priceBook: null }, 'idempotency_conflict priceBook'],
    ['another price', { ...first, overrides: { 'face-verify': flat('0.6') } }, 'idempotency_conflict overrides'],
    ['another credit limit', { ...first, creditLimit: '6' }, 'idempotency_conflict creditLimit'],
    ['a limit more', { ...first, limits: { frozen: '1' } }, 'idempotency_conflict limits'],
    ['a warning more', { ...first, warnings: {} }, 'idempotency_conflict warnings'],
    ['a convention more', { ...first, statementConvention: 'calendar' }, 'idempotency_conflict statementConvention'],
    ['other metadata', { ...first, metadata: null }, 'idempotency_conflict metadata'],
  ])('%s', (_, again, answer) => {
    const account = opened('10');
    expect(said(account.terms('t1', first))).toBe('accepted');
    expect(said(account.terms('t1', again))).toBe(answer);
    account.restart();
    expect(said(account.terms('t1', again))).toBe(answer);
  });

  it('and another reason, or of another kind', () => {
    const account = opened('10');
    account.terms('t1', first);
    account.status('suspend', 's1');
    expect(said(account.terms('t1', first, 'x'))).toBe('idempotency_conflict reason');
    expect(said(account.terms('s1', first))).toBe('idempotency_conflict changeId');
    expect(said(account.status('suspend', 't1', 'a new contract'))).toBe('idempotency_conflict changeId');
  });
});

describe('a change of terms is refused', () => {
  const steps = (count: number): { upTo: number | null; price: string }[] =>
    Array.from({ length: count }, (_, index) => ({ upTo: index === count - 1 ? null : index + 1, price: '1' }));

  it.each<[string, object, string]>([
    ['without any term', {}, 'invalid_request'],
    ['for a price book that is too long', { priceBook: 'x'.repeat(48) }, 'invalid_request priceBook'],
    ['for a credit limit below nothing', { creditLimit: '-1' }, 'invalid_amount creditLimit'],
    ['for a credit limit that is not canonical', { creditLimit: '1.0' }, 'invalid_amount creditLimit'],
    [
      'for a table without end',
      { overrides: { gratis: [{ upTo: 1, price: '1' }] } },
      'invalid_request overrides.gratis',
    ],
    ['for a table of 101 steps', { overrides: { gratis: steps(101) } }, 'invalid_request overrides.gratis'],
    ['for a price that is not canonical', { overrides: { gratis: flat('1.0') } }, 'invalid_request overrides.gratis'],
    ['for a name that is none', { overrides: { Gratis: flat('1') } }, 'invalid_request overrides'],
    ['for a limit of no holds', { limits: { openHolds: 0 } }, 'invalid_request limits.openHolds'],
    ['for a limit of nothing frozen', { limits: { frozen: '0' } }, 'invalid_amount limits.frozen'],
    ['for a limit of nothing spent', { limits: { dailySpend: '0' } }, 'invalid_amount limits.dailySpend'],
    [
      'for a warning below minus nothing',
      { warnings: { availableBelow: '-0' } },
      'invalid_amount warnings.availableBelow',
    ],
    ['for a warning of a number', { warnings: { availableBelow: '01' } }, 'invalid_amount warnings.availableBelow'],
    ['for a warning of 101 %', { warnings: { packPercentBelow: 101 } }, 'invalid_request warnings.packPercentBelow'],
    [
      'for a warning after a year',
      { warnings: { packExpiresWithinDays: 367 } },
      'invalid_request warnings.packExpiresWithinDays',
    ],
    ['for a convention that is none', { statementConvention: 'weekly' }, 'invalid_request statementConvention'],
    ['for metadata of numbers', { metadata: { a: 1 } }, 'invalid_request metadata'],
  ])('%s', (_, asked, answer) => {
    expect(said(opened('10', { priceBook: 'test' }).terms('t1', asked as RequestedTerms))).toBe(answer);
  });

  it('and taken at its bounds', () => {
    const account = opened('10', { priceBook: 'test' });
    expect(said(account.terms('t1', { overrides: { gratis: steps(100) } }))).toBe('accepted');
    const warnings = { availableBelow: '-0.00000001', packPercentBelow: 100, packExpiresWithinDays: 366 };
    expect(said(account.terms('t2', { warnings, limits: { openHolds: 10_000_000 } }))).toBe('accepted');
  });
});
