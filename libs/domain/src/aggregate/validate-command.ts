import { budgetPeriods } from '../budgets/events.ts';
import { isDate, isTimeZone } from '../kernel/calendar.ts';
import { bounds, currencies } from '../kernel/bounds.ts';
import type {
  ChangeStatus,
  Command,
  Deposit,
  Freeze,
  IssueBill,
  OpenAccount,
  Refund,
  ReverseDeposit,
  SetBudget,
  OpenOrder,
  PayOrder,
  RefundPack,
  Settle,
  TakePack,
  Withdraw,
} from '../core/commands.ts';
import { notBillable } from '../holds/hold.ts';
import { zero } from '../kernel/money.ts';
import { refusalOf, type Refusal } from '../core/refusal.ts';
import { termsFault } from '../terms/validate.ts';
import {
  hasDigest,
  isAmount,
  isCount,
  isEvidence,
  isHash,
  isId,
  isInstant,
  isMetadata,
  isPositiveAmount,
  isReason,
  isRecord,
  isRevision,
  isText,
} from '../kernel/validation.ts';

/**
 * The first field of a command that is outside its bounds, in the order of the request's fields: `invalid_amount` for an
 * amount, else `invalid_request`. Undefined if the command is well formed.
 *
 * The doors check too, but not every command comes through a door, and an event that cannot be read back would put its
 * account out of service for good. It is asked of every command: a field that was left out costs one comparison.
 */
export function commandFault(command: Command): Refusal | undefined {
  switch (command.kind) {
    case 'open-account':
      return openAccountFault(command);
    case 'deposit':
      return isId(command.depositId) ? fundsFault(command) : invalid('depositId');
    case 'withdraw':
      return isId(command.withdrawalId) ? fundsFault(command) : invalid('withdrawalId');
    case 'adjust':
      if (!isId(command.adjustmentId)) return invalid('adjustmentId');
      if (!isAmount(command.amount) || command.amount === zero) return invalidAmount('amount');
      return reasonFault(command.reason);
    case 'freeze':
      return freezeFault(command);
    case 'settle':
      return settleFault(command);
    case 'fail':
      if (!isId(command.holdId)) return invalid('holdId');
      return isId(command.attemptId) ? reasonFault(command.reason) : invalid('attemptId');
    case 'release':
      if (!isId(command.holdId)) return invalid('holdId');
      if (command.reason === notBillable) return invalid('reason', { reserved: notBillable });
      return reasonFault(command.reason);
    case 'refund':
    case 'reverse-deposit':
      return correctionFault(command);
    case 'expire-due':
      return undefined;
    case 'take-pack':
      return takePackFault(command);
    case 'refund-pack':
      return refundPackFault(command);
    case 'change-terms':
      if (!isId(command.changeId)) return invalid('changeId');
      return termsFault(command) ?? reasonFault(command.reason);
    case 'suspend':
    case 'resume':
    case 'close':
      if (!isForfeitPacks(command)) return invalid('forfeitPacks');
      return isId(command.changeId) ? reasonFault(command.reason) : invalid('changeId');
    case 'set-budget':
      return budgetFault(command);
    case 'issue-bill':
      return billFault(command);
    case 'open-order':
      return openOrderFault(command);
    case 'pay-order':
      return payOrderFault(command);
  }
}

function openAccountFault(command: OpenAccount): Refusal | undefined {
  const { currency, timeZone, agreementStart, priceBook, creditLimit, limits, metadata } = command;
  if (!isId(command.accountId)) return invalid('accountId');
  if (currency !== null && !currencies.includes(currency)) return invalid('currency', { known: currencies.join(' ') });
  if (timeZone !== null && !(isText(timeZone, bounds.timeZoneCharactersMax) && isTimeZone(timeZone))) {
    return invalid('timeZone');
  }
  if (agreementStart !== null && !(isText(agreementStart, bounds.dateCharactersMax) && isDate(agreementStart))) {
    return invalid('agreementStart');
  }
  if (priceBook !== null && !isText(priceBook, bounds.priceBookCharactersMax)) return invalid('priceBook');
  if (creditLimit !== null && !(isAmount(creditLimit) && creditLimit >= zero)) return invalidAmount('creditLimit');
  const limit = limitsFault(limits);
  if (limit !== undefined) return limit;
  if (metadata !== null && !isMetadata(metadata)) return invalid('metadata');
  return undefined;
}

function limitsFault(limits: OpenAccount['limits']): Refusal | undefined {
  if (!isRecord(limits)) return invalid('limits');
  const { openHolds, frozen, dailySpend } = limits;
  if (openHolds !== null && !isCount(openHolds, bounds.openHoldsMax)) return invalid('limits.openHolds');
  if (frozen !== null && !isPositiveAmount(frozen)) return invalidAmount('limits.frozen');
  if (dailySpend !== null && !isPositiveAmount(dailySpend)) return invalidAmount('limits.dailySpend');
  return undefined;
}

function fundsFault({ amount, reference }: Deposit | Withdraw): Refusal | undefined {
  if (!isPositiveAmount(amount)) return invalidAmount('amount');
  if (reference !== null && !isText(reference, bounds.referenceCharactersMax)) return invalid('reference');
  return undefined;
}

function freezeFault(command: Freeze): Refusal | undefined {
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

function settleFault(command: Settle): Refusal | undefined {
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

function correctionFault(command: Refund | ReverseDeposit): Refusal | undefined {
  const [idField, id] = command.kind === 'refund' ? ['refundId', command.refundId] : ['reversalId', command.reversalId];
  const [ofField, of] = command.kind === 'refund' ? ['holdId', command.holdId] : ['depositId', command.depositId];
  if (!isId(id)) return invalid(idField);
  if (!isId(of)) return invalid(ofField);
  const all = command.kind === 'reverse-deposit' && command.amount === null;
  if (!all && !isPositiveAmount(command.amount)) return invalidAmount('amount');
  return reasonFault(command.reason);
}

function budgetFault({ name, limit, period, reason }: SetBudget): Refusal | undefined {
  if (!isId(name)) return invalid('name');
  if (!isPositiveAmount(limit)) return invalidAmount('limit');
  return budgetPeriods.includes(period) ? reasonFault(reason) : invalid('period');
}

function billFault({ date, lastRevision, chainHash }: IssueBill): Refusal | undefined {
  if (!isText(date, bounds.dateCharactersMax) || !isDate(date)) return invalid('date');
  if (!isRevision(lastRevision)) return invalid('lastRevision');
  return isHash(chainHash) ? undefined : invalid('chainHash');
}

function openOrderFault({ orderId, amount, channel, payer }: OpenOrder): Refusal | undefined {
  if (!isId(orderId)) return invalid('orderId');
  if (!isPositiveAmount(amount)) return invalidAmount('amount');
  if (!isId(channel)) return invalid('channel');
  return payer === null || isText(payer, bounds.payerCharactersMax) ? undefined : invalid('payer');
}

function payOrderFault(command: PayOrder): Refusal | undefined {
  if (!isId(command.orderId)) return invalid('orderId');
  if (!isId(command.channel)) return invalid('channel');
  if (!isId(command.transactionId)) return invalid('transactionId');
  if (!isPositiveAmount(command.amount)) return invalidAmount('amount');
  if (!isText(command.currency, bounds.currencyCharactersMax)) return invalid('currency');
  return isInstant(command.paidAt) ? undefined : invalid('paidAt');
}

function takePackFault(command: TakePack): Refusal | undefined {
  const { packId, family, units, reason } = command;
  const how: string = command.how;
  if (!isId(packId)) return invalid('packId');
  if (!isText(family, bounds.familyCharactersMax)) return invalid('family');
  if (!isCount(units, bounds.packUnitsMax)) return invalid('units');
  if (how !== 'purchase' && how !== 'grant' && how !== 'trial') return invalid('kind');
  if (how !== 'grant') return reason === null ? undefined : invalid('reason');
  return isReason(reason) ? undefined : invalid('reason');
}

function refundPackFault({ packId, refundId, amount, reason }: RefundPack): Refusal | undefined {
  if (!isId(packId)) return invalid('packId');
  if (!isId(refundId)) return invalid('refundId');
  if (amount !== null && !isPositiveAmount(amount)) return invalidAmount('amount');
  return reason === null ? undefined : reasonFault(reason);
}

/** Only a close can forfeit packs. */
function isForfeitPacks({ kind, forfeitPacks }: ChangeStatus): boolean {
  const given: unknown = forfeitPacks ?? null;
  return given === null || (kind === 'close' && typeof given === 'boolean');
}

function reasonFault(reason: string): Refusal | undefined {
  return isReason(reason) ? undefined : invalid('reason');
}

function invalid(field: string, facts?: Refusal['facts']): Refusal {
  return refusalOf('invalid_request', field, facts);
}

function invalidAmount(field: string): Refusal {
  return refusalOf('invalid_amount', field);
}
