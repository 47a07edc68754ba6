import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, reasonFault } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { zero } from '../kernel/money.ts';
import { isAmount, isId, isPositiveAmount, isText } from '../kernel/validation.ts';
import type { Adjust, Deposit, Withdraw } from './commands.ts';
import { decideAdjust, decideDeposit, decideWithdraw } from './decide.ts';

export const balanceCommands = defineCommands({
  deposit: { validate: depositFault, decide: decideDeposit },
  withdraw: { validate: withdrawFault, decide: decideWithdraw },
  adjust: { validate: adjustFault, decide: decideAdjust },
});

function depositFault(command: Deposit): Refusal | undefined {
  return isId(command.depositId) ? fundsFault(command) : invalid('depositId');
}

function withdrawFault(command: Withdraw): Refusal | undefined {
  return isId(command.withdrawalId) ? fundsFault(command) : invalid('withdrawalId');
}

function fundsFault({ amount, reference }: Deposit | Withdraw): Refusal | undefined {
  if (!isPositiveAmount(amount)) return invalidAmount('amount');
  if (reference !== null && !isText(reference, bounds.referenceCharactersMax)) return invalid('reference');
  return undefined;
}

function adjustFault({ adjustmentId, amount, reason }: Adjust): Refusal | undefined {
  if (!isId(adjustmentId)) return invalid('adjustmentId');
  if (!isAmount(amount) || amount === zero) return invalidAmount('amount');
  return reasonFault(reason);
}
