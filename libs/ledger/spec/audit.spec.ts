import { describe, expect, it } from '@jest/globals';
import { AccountAudit, correctedBy, CorrectionsAudit, PriceBookShelf, type AccountEvent } from '#ledger';
import { opened, testBooks } from '../../../test/support/account-driver.ts';

/** Kinds of all breaches of a history. */
function breachesOf(events: readonly AccountEvent[]): string[] {
  const used = new Set<string>();
  const ids = { use: (key: string) => used.size < used.add(key).size, has: (key: string) => used.has(key) };
  const audit = new AccountAudit('acme', ids, new PriceBookShelf(testBooks));
  const kinds = events.flatMap((event, revision) => audit.follow(event, revision).map(({ kind }) => kind));
  return [...kinds, ...audit.finish().map(({ kind }) => kind)];
}

describe('an audit', () => {
  it('misses the expiry of a hold that a command at the very deadline left open', () => {
    const account = opened('10');
    account.freeze('h1', { amount: '1', ttlSeconds: 1 });
    account.now += 1_000;
    account.deposit('d1', '1');
    expect(breachesOf(account.events)).toEqual([]);
    expect(breachesOf(account.events.filter(({ type }) => type !== 'hold-expired.v2'))).toEqual(['expiry-missed']);
  });

  it('finds an account that was closed around an open hold of free units', () => {
    const account = opened('0', { priceBook: 'test' });
    account.freeze('h1', { product: 'gratis' });
    expect(account.money).toBe('0 0 0');
    const { now } = account;
    const closed = { type: 'account-closed.v1', data: { at: now, changeId: 'c1', reason: 'over' } } as const;
    expect(breachesOf([...account.events, closed])).toEqual(['closed-not-empty']);
  });
});

/** Kinds of all breaches of the corrections of a history. */
function correctionsOf(events: readonly AccountEvent[]): string[] {
  const audit = new CorrectionsAudit(new Set(events.flatMap((event) => correctedBy(event) ?? [])));
  return events.flatMap((event) => audit.follow(event).map(({ detail }) => detail));
}

describe('an audit of corrections', () => {
  const account = opened('100');
  account.freeze('h1', { amount: '10' });
  account.settle('h1', { amount: '4' });
  account.refund('r1', 'h1', '3');
  account.refund('r2', 'h1', '1');
  account.reverse('v1', 'd0', '40');
  account.reverse('v2', 'd0');
  const { events } = account;

  function changed(type: AccountEvent['type'], place: number, change: object): readonly AccountEvent[] {
    const wanted = events.filter((event) => event.type === type)[place];
    return events.map((event) =>
      event === wanted ? ({ ...event, data: { ...event.data, ...change } } as AccountEvent) : event,
    );
  }

  it('finds nothing where there is nothing', () => {
    expect([breachesOf(events), correctionsOf(events)]).toEqual([[], []]);
  });

  it.each<[string, readonly AccountEvent[], RegExp]>([
    ['refunds above the charge', changed('charge-refunded.v1', 1, { amount: '1.1', refunded: '4.1' }), /charged less/],
    ['a charge that was less', changed('hold-settled.v2', 0, { amount: '3.9', returned: '6.1' }), /charged less/],
    ['refunds that do not add up', changed('charge-refunded.v1', 0, { amount: '2' }), /not 3 in all/],
    ['a hold that was never opened', changed('charge-refunded.v1', 0, { holdId: 'h9' }), /never opened/],
    ['another time of opening', changed('charge-refunded.v1', 0, { openedAt: 1 }), /not opened then/],
    ['another budget', changed('charge-refunded.v1', 0, { budget: 'b' }), /another budget/],
    ['reversals above the deposit', changed('deposit-reversed.v1', 1, { amount: '60.1' }), /was less/],
    ['a rest that is not right', changed('deposit-reversed.v1', 0, { left: '61' }), /not 61 is left/],
    ['a deposit that there never was', changed('deposit-reversed.v1', 0, { depositId: 'd9' }), /no deposit d9/],
  ])('finds %s', (_, history, detail) => {
    expect(correctionsOf(history)[0]).toMatch(detail);
  });
});
