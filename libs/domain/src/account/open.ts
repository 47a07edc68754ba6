import { strict as assert } from 'node:assert';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { amountText, firstDifference, sameMetadata } from '../core/idempotency.ts';
import { refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { defaults } from '../kernel/bounds.ts';
import { formatMoney, zero } from '../kernel/money.ts';
import { samePriceBook } from '../pricing/price-book.ts';
import { AccountCalendar } from '../zones/account-calendar.ts';
import { statedDate } from '../zones/stated-calendar.ts';
import { factsAround } from '../zones/zone-database.ts';
import type { OpenAccount } from './commands.ts';
import type { AccountOpened } from './events.ts';

export function decideOpenAccount(state: AccountState, command: OpenAccount, context: DecisionContext): Decision {
  if (state.opened !== null) return answerAgain(state.opened, command);
  const currency = command.currency ?? defaults.currency;
  const timeZone = command.timeZone ?? defaults.timeZone;
  const zone = factsAround(context.zones, timeZone, context.now);
  const today = statedDate(zone, context.now);
  const agreementStart = command.agreementStart ?? today;
  if (agreementStart > today) return refused(refuse('invalid_request', 'agreementStart', { latest: today }));
  const priceBook = command.priceBook === null ? null : context.priceBooks.pin(command.priceBook);
  if (priceBook === undefined) return refused(refuse('invalid_request', 'priceBook'));
  const { limits } = command;
  return accepted({
    type: 'account-opened.v1',
    data: {
      at: context.now,
      accountId: command.accountId,
      currency,
      timeZone,
      agreementStart,
      zone,
      priceBook,
      priceBookRequested: command.priceBook,
      creditLimit: formatMoney(command.creditLimit ?? zero),
      limits: {
        openHolds: limits.openHolds ?? defaults.openHoldsMax,
        frozen: limits.frozen === null ? null : formatMoney(limits.frozen),
        dailySpend: limits.dailySpend === null ? null : formatMoney(limits.dailySpend),
      },
      metadata: command.metadata,
    },
  });
}

function answerAgain(opened: AccountOpened, command: OpenAccount): Decision {
  assert(command.accountId === opened.accountId, 'a command reaches the account that it names');
  const field = differenceOfAccount(command, opened);
  if (field !== undefined) return refused(refuse('account_already_exists', field));
  return { kind: 'replayed', event: { type: 'account-opened.v1', data: opened } };
}

/** The refusal that every other command meets first; undefined if the account exists. */
export function accountUnknown(state: AccountState): Decision | undefined {
  return state.opened === null ? refused(refusal('account_not_found')) : undefined;
}

export function differenceOfAccount(command: OpenAccount, opened: AccountOpened): string | undefined {
  const timeZone = command.timeZone ?? defaults.timeZone;
  return firstDifference([
    ['currency', (command.currency ?? defaults.currency) === opened.currency],
    ['timeZone', timeZone === opened.timeZone],
    ['agreementStart', (command.agreementStart ?? openedOn(opened)) === opened.agreementStart],
    ['priceBook', samePriceBook(command.priceBook, opened.priceBook)],
    ['creditLimit', amountText(command.creditLimit, '0') === opened.creditLimit],
    ['limits.openHolds', (command.limits.openHolds ?? defaults.openHoldsMax) === opened.limits.openHolds],
    ['limits.frozen', amountText(command.limits.frozen, null) === opened.limits.frozen],
    ['limits.dailySpend', amountText(command.limits.dailySpend, null) === opened.limits.dailySpend],
    ['metadata', sameMetadata(command.metadata, opened.metadata)],
  ]);
}

declare module '../core/state.ts' {
  interface AccountState {
    /** The opening event; null while there is no account. */
    opened: AccountOpened | null;
  }
}

function openedOn({ timeZone, agreementStart, zone, at }: AccountOpened): string {
  return new AccountCalendar(timeZone, agreementStart, zone).findDate(at);
}
