import {
  type Adjust,
  type ChangeStatus,
  type Deposit,
  type Fail,
  type Freeze,
  type OpenAccount,
  parseMoney,
  type Release,
  type Settle,
  type Withdraw,
} from '#domain';

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

export function withdraw(withdrawalId: string, amount: string): Withdraw {
  return { kind: 'withdraw', withdrawalId, amount: parseMoney(amount), reference: null };
}

export function adjust(adjustmentId: string, amount: string): Adjust {
  return { kind: 'adjust', adjustmentId, amount: parseMoney(amount, 'signed'), reason: 'goodwill' };
}

export function change(kind: ChangeStatus['kind'], changeId: string): ChangeStatus {
  return { kind, changeId, reason: 'because' };
}

export function freeze(holdId: string, amount = '1', ttlSeconds: number | null = null): Freeze {
  const rest = { product: null, quantity: null, budget: null, metadata: null };
  return { kind: 'freeze', holdId, amount: parseMoney(amount), ttlSeconds, ...rest };
}

export function settle(holdId: string, completedAt: number | null = null): Settle {
  const rest = { amount: null, quantity: null, evidence: null };
  return { kind: 'settle', holdId, outcome: 'match', completedAt, ...rest };
}

export function fail(holdId: string, attemptId: string): Fail {
  return { kind: 'fail', holdId, attemptId, reason: 'camera broke' };
}

export function release(holdId: string): Release {
  return { kind: 'release', holdId, reason: 'no credential' };
}
