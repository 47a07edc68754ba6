import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { zero } from '../kernel/money.ts';
import {
  hasDigest,
  isAmount,
  isCount,
  isEvidence,
  isId,
  isInstant,
  isMetadata,
  isPositiveAmount,
  isText,
} from '../kernel/validation.ts';
import type { Fail, Freeze, Release, Settle } from './commands.ts';
import { decideFail, decideRelease } from './fail-and-release.ts';
import { decideFreeze } from './freeze.ts';
import { notBillable } from './hold.ts';
import { decideSettle } from './settle.ts';

export const holdCommands = defineCommands({
  freeze: { validate: validateFreeze, decide: decideFreeze },
  settle: { validate: validateSettle, decide: decideSettle },
  fail: { validate: validateFail, decide: decideFail },
  release: { validate: validateRelease, decide: decideRelease },
});

function validateFreeze(command: Freeze): Refusal | undefined {
  const { product, quantity, amount, ttlSeconds, budget, metadata } = command;
  if (!isId(command.holdId)) return invalid('holdId');
  // Exactly one of the two.
  if ((product === null) === (amount === null)) return invalid('product');
  if (product !== null && !isText(product, bounds.productCharactersMax)) return invalid('product');
  if (quantity !== null && (product === null || !isCount(quantity, bounds.quantityMax))) return invalid('quantity');
  if (amount !== null && !isPositiveAmount(amount)) return invalidAmount('amount');
  if (ttlSeconds !== null && !isCount(ttlSeconds, bounds.ttlSecondsMax)) return invalid('ttlSeconds');
  if (budget !== null && !isId(budget)) return invalid('budget');
  if (metadata !== null && !isMetadata(metadata)) return invalid('metadata');
  return undefined;
}

function validateSettle(command: Settle): Refusal | undefined {
  const { amount, quantity, completedAt, evidence } = command;
  const outcome: string = command.outcome;
  if (!isId(command.holdId)) return invalid('holdId');
  if (outcome !== 'match' && outcome !== 'mismatch') return invalid('outcome');
  if (amount !== null && !(isAmount(amount) && amount >= zero)) return invalidAmount('amount');
  // A hold is plain or priced: there is none that both could fit.
  if (quantity !== null && (amount !== null || !isCount(quantity, bounds.quantityMax))) return invalid('quantity');
  if (completedAt !== null && !isInstant(completedAt)) return invalid('completedAt');
  if (evidence === null) return undefined;
  if (!isEvidence(evidence)) return invalid('evidence');
  return hasDigest(evidence) ? undefined : invalid('evidence.digest');
}

function validateFail({ holdId, attemptId, reason }: Fail): Refusal | undefined {
  if (!isId(holdId)) return invalid('holdId');
  return isId(attemptId) ? validateReason(reason) : invalid('attemptId');
}

function validateRelease({ holdId, reason }: Release): Refusal | undefined {
  if (!isId(holdId)) return invalid('holdId');
  return reason === notBillable ? invalid('reason', { reserved: notBillable }) : validateReason(reason);
}
