import type {
  AdjustmentBody,
  ChangeStatusBody,
  CloseBody,
  DepositBody,
  FailBody,
  FreezeBody,
  OpenAccountBody,
  RefundBody,
  RefundPackBody,
  ReleaseBody,
  ReversalBody,
  SetBudgetBody,
  SettleBody,
  TakePackBody,
  WithdrawalBody,
} from '#contract';
import { instantOf } from '#contract';
import {
  parseMoney,
  type Adjust,
  type ChangeStatus,
  type Deposit,
  type Fail,
  type Freeze,
  type Money,
  type OpenAccount,
  type Refund,
  type RefundPack,
  type Release,
  type ReverseDeposit,
  type SetBudget,
  type Settle,
  type TakePack,
  type Withdraw,
} from '#domain';

/*
 * From bodies, which have been read by their schemas, to the rulebook's commands: what was not given is null.
 */

function moneyOrNull(text: string | undefined): Money | null {
  return text === undefined ? null : parseMoney(text);
}

export function openAccount(body: OpenAccountBody): OpenAccount {
  const { limits = {} } = body;
  return {
    kind: 'open-account',
    accountId: body.accountId,
    currency: body.currency ?? null,
    timeZone: body.timeZone ?? null,
    agreementStart: body.agreementStart ?? null,
    priceBook: body.priceBook ?? null,
    creditLimit: moneyOrNull(body.creditLimit),
    limits: {
      openHolds: limits.openHolds ?? null,
      frozen: moneyOrNull(limits.frozen),
      dailySpend: moneyOrNull(limits.dailySpend),
    },
    metadata: body.metadata ?? null,
  };
}

export function deposit({ depositId, amount, reference }: DepositBody): Deposit {
  return { kind: 'deposit', depositId, amount: parseMoney(amount), reference: reference ?? null };
}

export function withdraw({ withdrawalId, amount, reference }: WithdrawalBody): Withdraw {
  return { kind: 'withdraw', withdrawalId, amount: parseMoney(amount), reference: reference ?? null };
}

export function adjust({ adjustmentId, amount, reason }: AdjustmentBody): Adjust {
  return { kind: 'adjust', adjustmentId, amount: parseMoney(amount, 'signed'), reason };
}

export function changeStatus(kind: ChangeStatus['kind'], { changeId, reason }: ChangeStatusBody): ChangeStatus {
  return { kind, changeId, reason };
}

export function freeze(body: FreezeBody): Freeze {
  return {
    kind: 'freeze',
    holdId: body.holdId,
    product: body.product ?? null,
    quantity: body.quantity ?? null,
    amount: moneyOrNull(body.amount),
    ttlSeconds: body.ttlSeconds ?? null,
    budget: body.budget ?? null,
    metadata: body.metadata ?? null,
  };
}

export function settle(holdId: string, body: SettleBody): Settle {
  return {
    kind: 'settle',
    holdId,
    outcome: body.outcome,
    amount: moneyOrNull(body.amount),
    quantity: body.quantity ?? null,
    completedAt: body.completedAt === undefined ? null : instantOf(body.completedAt),
    evidence: body.evidence ?? null,
  };
}

export function fail(holdId: string, { attemptId, reason }: FailBody): Fail {
  return { kind: 'fail', holdId, attemptId, reason };
}

export function release(holdId: string, { reason }: ReleaseBody): Release {
  return { kind: 'release', holdId, reason };
}

export function refund(holdId: string, { refundId, amount, reason }: RefundBody): Refund {
  return { kind: 'refund', refundId, holdId, amount: parseMoney(amount), reason };
}

export function reverseDeposit(depositId: string, { reversalId, amount, reason }: ReversalBody): ReverseDeposit {
  return { kind: 'reverse-deposit', reversalId, depositId, amount: moneyOrNull(amount), reason };
}

export function close({ changeId, reason, forfeitPacks }: CloseBody): ChangeStatus {
  return { kind: 'close', changeId, reason, forfeitPacks: forfeitPacks ?? null };
}

export function takePack({ packId, family, units, kind, reason }: TakePackBody): TakePack {
  return { kind: 'take-pack', packId, family, units, how: kind, reason: reason ?? null };
}

export function refundPack(packId: string, { refundId, amount, reason }: RefundPackBody): RefundPack {
  return { kind: 'refund-pack', packId, refundId, amount: moneyOrNull(amount), reason: reason ?? null };
}

export function setBudget(name: string, { limit, period, reason }: SetBudgetBody): SetBudget {
  return { kind: 'set-budget', name, limit: parseMoney(limit), period, reason };
}
