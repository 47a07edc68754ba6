import { type AccountEvent, formatMoney } from '#domain';
import { type AccountDriver, opened, said } from './account-driver.ts';

/** Life of a hold whose ttl was not given. */
export const ttlMs = 1_800_000;

/** An account on the test book with money, and packs `p1`, `p2` … of so many units, bought in this order. */
export function withPacks(...sizes: readonly (3 | 7 | 100)[]): AccountDriver {
  const account = opened('1000', { priceBook: 'test' });
  for (const [index, units] of sizes.entries()) account.acquirePack(`p${String(index + 1)}`, { units });
  return account;
}

export function calls(account: AccountDriver, holdId: string, quantity: number, product = 'call'): string {
  return said(account.freeze(holdId, { product, quantity }));
}

export function last(account: AccountDriver, type: AccountEvent['type']): object | undefined {
  return account.events.findLast((event) => event.type === type)?.data;
}

export function expiry(account: AccountDriver, packId: string): number {
  return account.state.packs.get(packId)?.expiresAt ?? 0;
}

export function parts(account: AccountDriver): string {
  const { available, frozen, settled, packs } = account.state.summary.balance;
  return [available, frozen, settled, packs].map(formatMoney).join(' ');
}
