import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { zero } from '../kernel/money.ts';
import { isAmount, isId, isPositiveAmount, isText } from '../kernel/validation.ts';
import type { Adjust, Deposit, Withdraw } from './commands.ts';
import { decideAdjust, decideDeposit, decideWithdraw } from './decide.ts';

export const balanceCommands = defineCommands({
  deposit: { validate: validateDeposit, decide: decideDeposit },
  withdraw: { validate: validateWithdraw, decide: decideWithdraw },
  adjust: { validate: validateAdjust, decide: decideAdjust },
});

function validateDeposit(command: Deposit): Refusal | undefined {
  return isId(command.depositId) ? validateFunds(command) : invalid('depositId');
}

function validateWithdraw(command: Withdraw): Refusal | undefined {
  return isId(command.withdrawalId) ? validateFunds(command) : invalid('withdrawalId');
}

function validateFunds({ amount, reference }: Deposit | Withdraw): Refusal | undefined {
  if (!isPositiveAmount(amount)) return invalidAmount('amount');
  if (reference !== null && !isText(reference, bounds.referenceCharactersMax)) return invalid('reference');
  return undefined;
}

function validateAdjust({ adjustmentId, amount, reason }: Adjust): Refusal | undefined {
  if (!isId(adjustmentId)) return invalid('adjustmentId');
  if (!isAmount(amount) || amount === zero) return invalidAmount('amount');
  return validateReason(reason);
}
