import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BillContent } from '#domain';
import { type AccountDriver, opened, said, start } from '../../../../../test/support/account-driver.ts';
import { billAllDays, contentOfDay } from '../../../../../test/support/bill-contents.ts';

const minute = 60_000;
const day = 86_400_000;
/** The pack that is bought at the start expires a year later, at noon of this day. */
const noon = start + 365 * day;
const date = '2027-01-29';

function plain(content: BillContent): readonly unknown[] {
  return content.lines.map((line) => {
    const { kind, product, price, source, packId, units, amount, charged } = line;
    const revisions =
      'revisions' in line ? line.revisions : `${String(line.firstRevision)}..${String(line.lastRevision)}`;
    return [kind, product, price, source, packId, units, amount, charged, revisions].join(' ');
  });
}

/** A day with all that can happen to packs and charges. */
function busyDay(): AccountDriver {
  const account = opened('1000', { priceBook: 'test' });
  account.acquirePack('p0', { units: 3 });
  account.now = noon - 10 * minute;
  account.freeze('h1', { product: 'call', quantity: 2 });
  account.now = noon;
  account.acquirePack('p1', { units: 3 });
  account.freeze('h2', { product: 'call', quantity: 5 });
  account.now += minute;
  account.settle('h1', { quantity: 1 });
  account.settle('h2');
  account.acquirePack('p2', { units: 100 });
  account.freeze('h3', { product: 'dear-call' });
  account.settle('h3');
  account.refundPack('p2', 'pr1');
  account.refund('r1', 'h2', '1');
  account.deposit('d1', '30');
  account.reverse('v1', 'd1');
  account.now = noon + day;
  return account;
}

describe('the bill of a day with packs, in format 1', () => {
  let account: AccountDriver;
  let content: BillContent;

  beforeAll(() => {
    account = busyDay();
    billAllDays(account);
    content = contentOfDay(account, date, 1);
  });

  it('has units by product and pack, and purchases and refunds of packs as lines of their own', () => {
    expect(plain(content)).toEqual([
      'charge call 2 money  2 4 4 8',
      'charge call  pack p0 1 3.33333333 0 7',
      'charge call  pack p1 3 10 0 8',
      'charge dear-call  pack p2 1 1 0 11',
      'refund call  money   1 -1 13',
      'pack-purchase   money p1 3 10 10 5',
      'pack-purchase   money p2 100 100 100 9',
      'pack-refund   money p2 99 93 -93 12',
      'pack-refund   pack p2  6 0 12',
    ]);
    expect(content.total).toBe('20');
    expect(content.movements).toMatchObject([
      { kind: 'deposit', amount: '30', revisions: '14' },
      { kind: 'deposit-reversal', amount: '-30', revisions: '15' },
    ]);
  });

  it('names since format 2 the first and the last event of each line, and says how many there are', () => {
    const { lines, movements, breakage, ...rest } = contentOfDay(account, date);
    expect({ ...content, ...rest }).toEqual(content);
    expect(plain(contentOfDay(account, date))[2]).toBe('charge call  pack p1 3 10 0 8..8');
    expect(lines[0]).toMatchObject({ events: 1, firstRevision: 8, lastRevision: 8 });
    expect([movements[0], breakage[0]]).toEqual([
      { kind: 'deposit', events: 1, amount: '30', firstRevision: 14, lastRevision: 14 },
      {
        cause: 'expired',
        packId: 'p0',
        units: 1,
        amount: '3.33333333',
        events: 1,
        firstRevision: 4,
        lastRevision: 4,
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('"revisions"');
  });

  it('shows apart what nobody used: left at the expiry, and brought back after it', () => {
    expect(content.breakage).toEqual([
      { cause: 'expired', packId: 'p0', units: 1, amount: '3.33333333', events: 1, revisions: '4' },
      { cause: 'returned', packId: 'p0', units: 1, amount: '3.33333334', events: 1, revisions: '7' },
    ]);
  });

  it('shows where the units of each pack were before, and are after', () => {
    const none = { remaining: 0, reserved: 0, consumed: 0, forfeited: 0, refunded: 0, liability: '0' };
    const bought = new Date(noon).toISOString();
    expect(content.packs).toMatchObject([
      {
        packId: 'p0',
        family: 'calls',
        units: 3,
        price: '10',
        expiresAt: bought,
        opening: { ...none, remaining: 3, liability: '10' },
        closing: { ...none, consumed: 1, forfeited: 2 },
      },
      { packId: 'p1', boughtAt: bought, opening: null, closing: { ...none, consumed: 3 } },
      { packId: 'p2', opening: null, closing: { ...none, consumed: 1, refunded: 99 } },
    ]);
    const { opening, closing } = content;
    expect([opening.settled, opening.packs, closing.settled, closing.packs]).toEqual(['0', '10', '3', '27']);
  });

  it('shows a pack no more once it is used up or has ended, nor once the account has forgotten it', () => {
    account.now = noon + 3 * day;
    account.acquirePack('p3', { units: 3 });
    account.now += day;
    billAllDays(account);
    const later = contentOfDay(account, '2027-02-01');
    expect(later.packs.map(({ packId }) => packId)).toEqual(['p3']);
  });
});

describe('breakage', () => {
  it('is taken back where a late settle consumes what its hold had forfeited', () => {
    const account = opened('1000', { priceBook: 'test' });
    account.acquirePack('p0', { units: 3 });
    account.now = noon - minute;
    account.freeze('h1', { product: 'call', quantity: 3 });
    const completedAt = account.now;
    account.now = noon + 13 * 60 * minute;
    expect(said(account.settle('h1', { quantity: 2, completedAt }))).toBe('accepted');
    account.now += day;
    billAllDays(account);
    const [first, second] = [date, '2027-01-30'].map((name) => contentOfDay(account, name));
    expect(first?.breakage).toMatchObject([{ cause: 'returned', packId: 'p0', units: 3, amount: '10' }]);
    expect(second?.breakage).toMatchObject([{ cause: 'reclaimed', packId: 'p0', units: -2, amount: '-6.66666666' }]);
    expect(second?.lines).toMatchObject([{ kind: 'late-charge', packId: 'p0', units: 2, amount: '6.66666666' }]);
    expect(second?.packs).toMatchObject([
      { opening: { consumed: 0, forfeited: 3 }, closing: { consumed: 2, forfeited: 1 } },
    ]);
  });

  it('is what is left in packs when the account is closed', () => {
    const account = opened('10', { priceBook: 'test' });
    account.acquirePack('p0', { units: 3 });
    expect(said(account.close('c1', true))).toBe('accepted');
    account.now += day;
    billAllDays(account);
    const { breakage, packs } = contentOfDay(account, '2026-01-29');
    expect(breakage).toMatchObject([{ cause: 'closed', packId: 'p0', units: 3, amount: '10' }]);
    expect(packs).toMatchObject([{ opening: null, closing: { forfeited: 3, liability: '0' } }]);
  });
});
