import { defineCommands } from '../core/command-definition.ts';
import { invalid, invalidAmount, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds, currencies } from '../kernel/bounds.ts';
import { isDate, isTimeZone } from '../kernel/calendar.ts';
import { zero } from '../kernel/money.ts';
import { isAmount, isCount, isId, isMetadata, isPositiveAmount, isRecord, isText } from '../kernel/validation.ts';
import { decideStatus } from './change-status.ts';
import type { ChangeStatus, OpenAccount } from './commands.ts';
import { decideOpenAccount } from './open.ts';

export const accountCommands = defineCommands({
  'open-account': { validate: validateOpenAccount, decide: decideOpenAccount },
  suspend: { validate: validateStatus, decide: decideStatus },
  resume: { validate: validateStatus, decide: decideStatus },
  close: { validate: validateStatus, decide: decideStatus },
});

function validateOpenAccount(command: OpenAccount): Refusal | undefined {
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
  const limit = validateLimits(limits);
  if (limit !== undefined) return limit;
  if (metadata !== null && !isMetadata(metadata)) return invalid('metadata');
  return undefined;
}

function validateLimits(limits: OpenAccount['limits']): Refusal | undefined {
  if (!isRecord(limits)) return invalid('limits');
  const { openHolds, frozen, dailySpend } = limits;
  if (openHolds !== null && !isCount(openHolds, bounds.openHoldsMax)) return invalid('limits.openHolds');
  if (frozen !== null && !isPositiveAmount(frozen)) return invalidAmount('limits.frozen');
  if (dailySpend !== null && !isPositiveAmount(dailySpend)) return invalidAmount('limits.dailySpend');
  return undefined;
}

function validateStatus(command: ChangeStatus): Refusal | undefined {
  if (!isForfeitPacks(command)) return invalid('forfeitPacks');
  return isId(command.changeId) ? validateReason(command.reason) : invalid('changeId');
}

/** Only a close can forfeit packs. */
function isForfeitPacks({ kind, forfeitPacks }: ChangeStatus): boolean {
  const given: unknown = forfeitPacks ?? null;
  return given === null || (kind === 'close' && typeof given === 'boolean');
}
