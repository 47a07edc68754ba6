import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { isId, isPositiveAmount } from '../kernel/validation.ts';
import type { Refund, ReverseDeposit } from './commands.ts';
import { decideRefund, decideReversal } from './decide.ts';

export const correctionCommands = defineCommands({
  refund: { validate: validateRefund, decide: decideRefund },
  'reverse-deposit': { validate: validateReversal, decide: decideReversal },
});

function validateRefund({ refundId, holdId, amount, reason }: Refund): Refusal | undefined {
  if (!isId(refundId)) return invalid('refundId');
  if (!isId(holdId)) return invalid('holdId');
  return isPositiveAmount(amount) ? validateReason(reason) : invalidAmount('amount');
}

function validateReversal({ reversalId, depositId, amount, reason }: ReverseDeposit): Refusal | undefined {
  if (!isId(reversalId)) return invalid('reversalId');
  if (!isId(depositId)) return invalid('depositId');
  return amount === null || isPositiveAmount(amount) ? validateReason(reason) : invalidAmount('amount');
}
