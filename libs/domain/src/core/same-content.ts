import { localDate } from '../kernel/calendar.ts';
import {
  defaults,
  type Freeze,
  type OpenAccount,
  type Refund,
  type RefundPack,
  type ReverseDeposit,
  type Settle,
  type TakePack,
} from './commands.ts';
import type { ChargeRefunded, DepositReversed } from '../corrections/events.ts';
import type { AccountEvent } from './events.ts';
import type { AccountOpened } from '../account/events.ts';
import type { Completion, FundsFrozen } from '../holds/events.ts';
import type { Metadata } from '../kernel/metadata.ts';
import type { PackRefunded } from '../packs/events.ts';
import { formatMoney, type Money } from '../kernel/money.ts';
import { bookName } from '../pricing/price-book.ts';

/*
 * Whether a command that comes with a used id asks for what was asked for then. Each function names the first field
 * that differs, in the order of the request's fields; undefined means that the content is the same. What a caller
 * leaves out stands for what it stood for when the id was first used.
 */

type Comparison = readonly [field: string, same: boolean];

/** The first field that is not the same. */
export function firstDifference(comparisons: readonly Comparison[]): string | undefined {
  return comparisons.find(([, same]) => !same)?.[0];
}

export function differenceOfAccount(command: OpenAccount, opened: AccountOpened): string | undefined {
  const timeZone = command.timeZone ?? defaults.timeZone;
  return firstDifference([
    ['currency', (command.currency ?? defaults.currency) === opened.currency],
    ['timeZone', timeZone === opened.timeZone],
    ['agreementStart', (command.agreementStart ?? localDate(opened.timeZone, opened.at)) === opened.agreementStart],
    ['priceBook', samePriceBook(command.priceBook, opened.priceBook)],
    ['creditLimit', textOf(command.creditLimit, '0') === opened.creditLimit],
    ['limits.openHolds', (command.limits.openHolds ?? defaults.openHoldsMax) === opened.limits.openHolds],
    ['limits.frozen', textOf(command.limits.frozen, null) === opened.limits.frozen],
    ['limits.dailySpend', textOf(command.limits.dailySpend, null) === opened.limits.dailySpend],
    ['metadata', sameMetadata(command.metadata, opened.metadata)],
  ]);
}

export function differenceOfFreeze(command: Freeze, opening: FundsFrozen): string | undefined {
  const priced = opening.product !== null;
  return firstDifference([
    ['product', command.product === opening.product],
    ['quantity', !priced || (command.quantity ?? defaults.quantity) === opening.quantity],
    ['amount', priced ? command.amount === null : textOf(command.amount, null) === opening.amount],
    ['ttlSeconds', (command.ttlSeconds ?? defaults.ttlSeconds) === opening.ttlSeconds],
    ['budget', command.budget === opening.budget],
    ['metadata', sameMetadata(command.metadata, opening.metadata)],
  ]);
}

/** @param charged what the first settle charged of a plain hold; null for a priced hold. */
export function differenceOfSettle(
  command: Settle,
  opening: FundsFrozen,
  completion: Completion,
  charged: string | null,
): string | undefined {
  return firstDifference([
    ['outcome', command.outcome === completion.outcome],
    ['amount', charged === null ? command.amount === null : textOf(command.amount, opening.amount) === charged],
    ['quantity', (command.quantity ?? opening.quantity) === completion.quantity],
  ]);
}

/** @param before the event by which the pack with this id came. */
export function differenceOfPack(command: TakePack, before: AccountEvent): string | undefined {
  const how = howTaken[before.type];
  const { family, units, reason } = before.data as { family?: string; units?: number; reason?: string };
  return firstDifference([
    ['family', command.family === family],
    ['units', command.units === units],
    ['kind', command.how === how],
    ['reason', command.reason === (reason ?? null)],
  ]);
}

const howTaken: Readonly<Partial<Record<AccountEvent['type'], TakePack['how']>>> = {
  'pack-bought.v1': 'purchase',
  'pack-granted.v1': 'grant',
  'trial-taken.v1': 'trial',
};

/** A refund without an amount equals one of what it came to. */
export function differenceOfPackRefund(command: RefundPack, before: PackRefunded): string | undefined {
  return firstDifference([
    ['packId', command.packId === before.packId],
    ['amount', textOf(command.amount, before.amount) === before.amount],
    ['reason', command.reason === before.reason],
  ]);
}

/** Amount and free text (`reference` or `reason`) of a deposit, withdrawal or adjustment. */
export function differenceOfFunds(
  amount: Money,
  amountThen: string,
  textField: 'reference' | 'reason',
  text: string | null,
  textThen: string | null,
): string | undefined {
  return firstDifference([
    ['amount', formatMoney(amount) === amountThen],
    [textField, text === textThen],
  ]);
}

export function differenceOfRefund(command: Refund, refund: ChargeRefunded): string | undefined {
  return firstDifference([
    ['holdId', command.holdId === refund.holdId],
    ['amount', formatMoney(command.amount) === refund.amount],
    ['reason', command.reason === refund.reason],
  ]);
}

/** Without an amount it was all that was left, and so nothing is left after it. */
export function differenceOfReversal(command: ReverseDeposit, reversal: DepositReversed): string | undefined {
  const { amount } = command;
  return firstDifference([
    ['depositId', command.depositId === reversal.depositId],
    ['amount', amount === null ? reversal.left === '0' : formatMoney(amount) === reversal.amount],
    ['reason', command.reason === reversal.reason],
  ]);
}

/**
 * The version that was pinned and its bare name are one content, whichever of them was asked for first.
 *
 * A bare name stands for the newest version of the moment of first use. If the version was named then, the event does
 * not tell whether it was the newest; to ask the books of today would change the answer on the day a version is
 * published. So the bare name counts as the version that the account has, which the answer names.
 */
export function samePriceBook(asked: string | null, pinned: string | null): boolean {
  if (asked === null || pinned === null) return asked === pinned;
  return asked === pinned || asked === bookName(pinned);
}

/** Deep equality; the order of the keys does not count. */
function sameMetadata(left: Metadata | null, right: Metadata | null): boolean {
  if (left === null || right === null) return left === right;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && left[key] === right[key]);
}

function textOf(amount: Money | null, absent: string | null): string | null {
  return amount === null ? absent : formatMoney(amount);
}
