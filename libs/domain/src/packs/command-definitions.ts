import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { isCount, isId, isPositiveAmount, isReason, isText } from '../kernel/validation.ts';
import { decideAcquirePack } from './acquire.ts';
import type { AcquirePack, RefundPack } from './commands.ts';
import { decideRefundPack } from './refund.ts';

export const packCommands = defineCommands({
  'acquire-pack': { validate: validateAcquirePack, decide: decideAcquirePack },
  'refund-pack': { validate: validateRefundPack, decide: decideRefundPack },
});

function validateAcquirePack(command: AcquirePack): Refusal | undefined {
  const { packId, family, units, reason } = command;
  const how: string = command.how;
  if (!isId(packId)) return invalid('packId');
  if (!isText(family, bounds.familyCharactersMax)) return invalid('family');
  if (!isCount(units, bounds.packUnitsMax)) return invalid('units');
  if (how !== 'purchase' && how !== 'grant' && how !== 'trial') return invalid('kind');
  if (how !== 'grant') return reason === null ? undefined : invalid('reason');
  return isReason(reason) ? undefined : invalid('reason');
}

function validateRefundPack({ packId, refundId, amount, reason }: RefundPack): Refusal | undefined {
  if (!isId(packId)) return invalid('packId');
  if (!isId(refundId)) return invalid('refundId');
  if (amount !== null && !isPositiveAmount(amount)) return invalidAmount('amount');
  return reason === null ? undefined : validateReason(reason);
}
