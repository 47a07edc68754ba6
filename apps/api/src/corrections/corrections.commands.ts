import type { RefundBody, ReversalBody } from '#contract';
import { parseMoney, type Refund, type ReverseDeposit } from '#domain';
import { moneyOrNull } from '../http/money-texts.ts';

export function refund(holdId: string, { refundId, amount, reason }: RefundBody): Refund {
  return { kind: 'refund', refundId, holdId, amount: parseMoney(amount), reason };
}

export function reverseDeposit(depositId: string, { reversalId, amount, reason }: ReversalBody): ReverseDeposit {
  return { kind: 'reverse-deposit', reversalId, depositId, amount: moneyOrNull(amount), reason };
}
