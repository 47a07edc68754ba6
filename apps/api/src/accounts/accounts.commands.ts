import type {
  AdjustmentBody,
  ChangeStatusBody,
  CloseBody,
  DepositBody,
  OpenAccountBody,
  WithdrawalBody,
} from '#contract';
import { type Adjust, type ChangeStatus, type Deposit, type OpenAccount, parseMoney, type Withdraw } from '#domain';
import { moneyOrNull } from '../http/money-texts.ts';

/*
 * From bodies, which have been read by their schemas, to commands: what was not given is null.
 */

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

export function close({ changeId, reason, forfeitPacks }: CloseBody): ChangeStatus {
  return { kind: 'close', changeId, reason, forfeitPacks: forfeitPacks ?? null };
}
