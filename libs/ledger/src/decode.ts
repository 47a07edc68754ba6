import { isAccountEventType, type AccountEvent, type AccountEventData, type AccountEventType } from './events.ts';
import { isRecord } from './within-bounds.ts';

/** An event could not be read back: its type is unknown, or its data is not what its type says. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/**
 * Reads an event back and checks it against its type, so that a damaged or foreign event never becomes a balance.
 *
 * @throws UnreadableEvent naming what is wrong. An unknown type or version is refused, never guessed.
 */
export function decodeEvent(type: string, text: string): AccountEvent {
  if (!isAccountEventType(type)) throw new UnreadableEvent(`${type}: no event of this type is known`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
  }
  const fault = faultIn(data, shapes[type]);
  if (fault !== undefined) throw new UnreadableEvent(`${type}: ${fault}`);
  return { type, data } as AccountEvent;
}

/** Whether a field's value is what it must be. */
type Check = (value: unknown) => boolean;

type Shape<Data> = { readonly [Field in keyof Data]-?: Check };

function faultIn(data: unknown, shape: Readonly<Record<string, Check>>): string | undefined {
  if (!isRecord(data)) return 'its data is not an object';
  for (const field in shape) {
    if (!Object.hasOwn(data, field)) return `the field ${field} is missing`;
    if (shape[field]?.(data[field]) !== true) return `the field ${field} is not valid`;
  }
  for (const field in data) {
    if (!Object.hasOwn(shape, field)) return `the field ${field} is not known`;
  }
  return undefined;
}

const text: Check = (value) => typeof value === 'string';
// Amounts are stored in their canonical text only: what is compared and answered later is the text.
const canonicalAmount = /^(?:0|[1-9]\d{0,17})(?:\.\d{0,7}[1-9])?$/;
const amount: Check = (value) => typeof value === 'string' && canonicalAmount.test(value);
const signedAmount: Check = (value) =>
  typeof value === 'string' && (value.startsWith('-') ? value !== '-0' && amount(value.slice(1)) : amount(value));
const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const outcome: Check = (value) => value === 'match' || value === 'mismatch';
const texts: Check = (value) => isRecord(value) && Object.values(value).every(text);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const record =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    faultIn(value, shape) === undefined;

const lines = listOf(record({ from: whole, units: whole, price: amount, amount }));
const completion = { outcome, quantity: orNull(whole), completedAt: orNull(whole), evidence: orNull(texts) };
const basis: Check = (value) => value === 'completed' || value === 'match';
const cause: Check = (value) => value === 'operator' || value === 'arrears';
const ending: Check = (value) => value === 'expired' || value === 'released';
const pricing = record({
  book: text,
  table: text,
  basis,
  counter: text,
  year: text,
  unitsCharged: whole,
  bound: lines,
});
const statusChanged = { at: whole, changeId: text, reason: text, suspendedFor: listOf(cause) };

const shapes: { readonly [Type in AccountEventType]: Shape<AccountEventData[Type]> } = {
  'account-opened.v1': {
    at: whole,
    accountId: text,
    currency: text,
    timeZone: text,
    agreementStart: text,
    priceBook: orNull(text),
    priceBookAsked: orNull(text),
    creditLimit: amount,
    limits: record({ openHolds: whole, frozen: orNull(amount), dailySpend: orNull(amount) }),
    metadata: orNull(texts),
  },
  'funds-deposited.v1': { at: whole, depositId: text, amount, reference: orNull(text) },
  'funds-withdrawn.v1': { at: whole, withdrawalId: text, amount, reference: orNull(text) },
  'balance-adjusted.v1': { at: whole, adjustmentId: text, amount: signedAmount, reason: text },
  'funds-frozen.v1': {
    at: whole,
    holdId: text,
    amount,
    lateBound: amount,
    product: orNull(text),
    quantity: orNull(whole),
    ttlSeconds: whole,
    expiresAt: whole,
    budget: orNull(text),
    metadata: orNull(texts),
    pricing: orNull(pricing),
  },
  'hold-settled.v1': { at: whole, holdId: text, ...completion, amount, returned: amount, lines: orNull(lines) },
  'hold-settled-late.v1': {
    at: whole,
    holdId: text,
    ...completion,
    amount,
    lines: orNull(lines),
    hold: record({ openedAt: whole, expiresAt: whole, ending, counter: orNull(text), year: orNull(text) }),
  },
  'charge-uncollected.v1': { at: whole, holdId: text, ...completion, amount },
  'call-failed.v1': { at: whole, holdId: text, attemptId: text, reason: text },
  'hold-released.v1': { at: whole, holdId: text, amount, reason: text, completion: orNull(record(completion)) },
  'hold-expired.v1': { at: whole, holdId: text, amount },
  'account-suspended.v1': statusChanged,
  'account-resumed.v1': statusChanged,
  'account-closed.v1': { at: whole, changeId: text, reason: text },
};
