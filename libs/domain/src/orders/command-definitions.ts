import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { isId, isInstant, isPositiveAmount, isText } from '../kernel/validation.ts';
import type { OpenOrder, PayOrder } from './commands.ts';
import { decideOpenOrder, decidePayOrder } from './decide.ts';

export const orderCommands = defineCommands({
  'open-order': { validate: validateOpenOrder, decide: decideOpenOrder },
  'pay-order': { validate: validatePayOrder, decide: decidePayOrder },
});

function validateOpenOrder({ orderId, amount, channel, payer }: OpenOrder): Refusal | undefined {
  if (!isId(orderId)) return invalid('orderId');
  if (!isPositiveAmount(amount)) return invalidAmount('amount');
  if (!isId(channel)) return invalid('channel');
  return payer === null || isText(payer, bounds.payerCharactersMax) ? undefined : invalid('payer');
}

function validatePayOrder(command: PayOrder): Refusal | undefined {
  if (!isId(command.orderId)) return invalid('orderId');
  if (!isId(command.channel)) return invalid('channel');
  if (!isId(command.transactionId)) return invalid('transactionId');
  if (!isPositiveAmount(command.amount)) return invalidAmount('amount');
  if (!isText(command.currency, bounds.currencyCharactersMax)) return invalid('currency');
  return isInstant(command.paidAt) ? undefined : invalid('paidAt');
}
