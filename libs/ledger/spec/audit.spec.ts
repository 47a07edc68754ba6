import { describe, expect, it } from '@jest/globals';
import { AccountAudit, PriceBookShelf, type AccountEvent } from '#ledger';
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
