import type { HoldfastClient } from '#client';
import { amountText, parseAmount } from './amounts.ts';

/** A customer of the demo; the same one in every run, so that its history goes on. */
export interface DemoAccount {
  readonly accountId: string;
  /** By its bare name: the version that was newest when the account was opened. */
  readonly priceBook: string;
  /** What its available balance is brought up to at the beginning of a run. */
  readonly topUpTo: string;
  /** Verifications of one run. */
  readonly calls: number;
  readonly unitsPerCall: number;
  /** One in so many of its holds is short-lived; 0 for none. */
  readonly shortLivedOneIn: number;
}

export const product = 'face-verify';

export const demoAccounts: readonly DemoAccount[] = [
  {
    accountId: 'demo-bank',
    priceBook: 'dcloud-2023',
    topUpTo: '1000',
    calls: 700,
    unitsPerCall: 1,
    shortLivedOneIn: 4,
  },
  {
    accountId: 'demo-insurer',
    priceBook: 'dcloud-legacy',
    topUpTo: '800',
    calls: 500,
    unitsPerCall: 1,
    shortLivedOneIn: 4,
  },
  // Lists of 500 persons: passes 10 000 units, where the price falls from 0.85 to 0.8, in its first run.
  {
    accountId: 'demo-telecom',
    priceBook: 'dcloud-2023',
    topUpTo: '20000',
    calls: 40,
    unitsPerCall: 500,
    shortLivedOneIn: 0,
  },
  // Pays for 35 of its 60 calls.
  {
    accountId: 'demo-shop',
    priceBook: 'dcloud-2023',
    topUpTo: '30',
    calls: 60,
    unitsPerCall: 1,
    shortLivedOneIn: 0,
  },
];

/** Opens the account if it is missing, and pays in what it lacks. @param run names this run's deposit */
export async function prepare(
  ledger: Pick<HoldfastClient, 'openAccount' | 'getAccount' | 'deposit'>,
  account: Pick<DemoAccount, 'accountId' | 'priceBook' | 'topUpTo'>,
  run: string,
): Promise<void> {
  const { accountId, priceBook, topUpTo } = account;
  await ledger.openAccount({ accountId, priceBook });
  const { balance } = await ledger.getAccount(accountId);
  const missing = parseAmount(topUpTo).minus(parseAmount(balance.available));
  if (missing.lte(0)) return;
  const reference = 'paid in by the demo';
  await ledger.deposit(accountId, { depositId: `top-up-${run}`, amount: amountText(missing), reference });
}
