import { parseMoney, type Deposit, type Freeze, type OpenAccount, type Release, type Settle } from '#ledger';

/*
 * Plain commands for tests, with every field that does not matter left out.
 */

export function openAccount(accountId: string): OpenAccount {
  return {
    kind: 'open-account',
    accountId,
    currency: null,
    timeZone: null,
    agreementStart: null,
    priceBook: null,
    creditLimit: null,
    limits: { openHolds: null, frozen: null, dailySpend: null },
    metadata: null,
  };
}

export function deposit(depositId: string, amount: string): Deposit {
  return { kind: 'deposit', depositId, amount: parseMoney(amount), reference: null };
}

export function freeze(holdId: string, amount = '1', ttlSeconds: number | null = null): Freeze {
  const rest = { product: null, quantity: null, budget: null, metadata: null };
  return { kind: 'freeze', holdId, amount: parseMoney(amount), ttlSeconds, ...rest };
}

export function settle(holdId: string): Settle {
  const rest = { amount: null, quantity: null, completedAt: null, evidence: null };
  return { kind: 'settle', holdId, outcome: 'match', ...rest };
}

export function release(holdId: string): Release {
  return { kind: 'release', holdId, reason: 'no credential' };
}
