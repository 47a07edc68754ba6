import { budgetPeriods } from '../budgets/events.ts';
import type { AccountEventData, AccountEventType } from '../core/events.ts';
import {
  text,
  amount,
  signedAmount,
  whole,
  above0,
  flag,
  outcome,
  texts,
  listOf,
  orMissing,
  orNull,
  record,
  type Check,
  type Shape,
} from '../kernel/codec.ts';
import { agreedTerms, limits, termsAsked } from '../terms/codec.ts';
import { warningKinds } from '../warnings/events.ts';
import { zoneFacts } from '../zones/zone-check.ts';
export { faultIn } from '../kernel/codec.ts';

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
const forfeited = orNull(listOf(record({ packId: text, units: whole, amount })));
const reclaimed = orNull(record({ units: whole, amount }));
const endedUnused = { openedAt: whole, expiresAt: whole, ending, counter: orNull(text), year: orNull(text) };
const budgetPeriod: Check = (value) => budgetPeriods.some((period) => period === value);
const packStart = { at: whole, packId: text, family: text, units: above0 };
const warning: Check = (value) => warningKinds.some((kind) => kind === value);
const statusChanged = { at: whole, changeId: text, reason: text, suspendedFor: listOf(cause) };

export const shapes: { readonly [Type in AccountEventType]: Shape<AccountEventData[Type]> } = {
  'account-opened.v1': {
    at: whole,
    accountId: text,
    currency: text,
    timeZone: text,
    agreementStart: text,
    zone: orMissing(zoneFacts),
    priceBook: orNull(text),
    priceBookAsked: orNull(text),
    creditLimit: amount,
    limits: record(limits),
    metadata: orNull(texts),
  },
  'funds-deposited.v1': {
    at: whole,
    depositId: text,
    amount,
    reference: orNull(text),
    paymentId: orMissing(text),
  },
  'funds-withdrawn.v1': { at: whole, withdrawalId: text, amount, reference: orNull(text) },
  'balance-adjusted.v1': { at: whole, adjustmentId: text, amount: signedAmount, reason: text },
  'funds-frozen.v2': {
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
    packs: orNull(listOf(record({ packId: text, units: whole }))),
  },
  'hold-settled.v2': {
    at: whole,
    holdId: text,
    ...completion,
    amount,
    returned: amount,
    lines: orNull(lines),
    packs: orNull(listOf(record({ packId: text, units: whole, recognised: amount, standard: amount }))),
    forfeited,
  },
  'hold-settled-late.v2': {
    at: whole,
    holdId: text,
    ...completion,
    amount,
    lines: orNull(lines),
    hold: record({ ...endedUnused, budget: orNull(text), packs: orNull(listOf(text)) }),
    packs: orNull(listOf(record({ packId: text, units: whole, recognised: amount, standard: amount, reclaimed }))),
  },
  'charge-uncollected.v1': { at: whole, holdId: text, ...completion, amount },
  'charge-refunded.v2': {
    at: whole,
    refundId: text,
    holdId: text,
    amount,
    reason: text,
    openedAt: whole,
    budget: orNull(text),
    refunded: amount,
    chargedAt: orNull(whole),
  },
  'deposit-reversed.v1': { at: whole, reversalId: text, depositId: text, amount, reason: text, left: amount },
  'call-failed.v1': { at: whole, holdId: text, attemptId: text, reason: text },
  'hold-released.v2': {
    at: whole,
    holdId: text,
    amount,
    reason: text,
    completion: orNull(record(completion)),
    forfeited,
  },
  'hold-expired.v2': { at: whole, holdId: text, amount, forfeited },
  'terms-changed.v1': { at: whole, changeId: text, reason: text, asked: termsAsked, terms: agreedTerms },
  'account-suspended.v1': statusChanged,
  'account-resumed.v1': statusChanged,
  'warning-raised.v1': {
    at: whole,
    warning,
    subject: orNull(text),
    threshold: orNull(text),
    value: orNull(text),
  },
  'zone-noted.v1': { at: whole, zone: zoneFacts },
  'budget-set.v1': { at: whole, name: text, limit: amount, period: budgetPeriod, reason: text },
  'bill-issued.v1': {
    at: whole,
    date: text,
    from: whole,
    until: whole,
    format: whole,
    owed: amount,
    firstRevision: whole,
    lastRevision: whole,
    chainHash: text,
    arrears: orNull(record({ since: whole, suspendsAt: whole })),
  },
  'arrears-suspended.v1': { at: whole },
  'arrears-cleared.v1': { at: whole },
  'order-opened.v1': { at: whole, orderId: text, amount, channel: text, payer: orNull(text), closesAt: whole },
  'order-paid.v1': { at: whole, orderId: text, transactionId: text, amount, paidAt: whole },
  'order-closed.v1': { at: whole, orderId: text },
  'account-closed.v2': { at: whole, changeId: text, reason: text, forfeitPacks: flag, forfeited },
  'pack-bought.v1': { ...packStart, price: amount, book: text, expiresAt: whole },
  'pack-granted.v1': { ...packStart, reason: text, expiresAt: whole },
  'trial-taken.v1': { ...packStart, book: text, expiresAt: whole },
  'pack-expired.v1': { at: whole, packId: text, units: whole, amount },
  'pack-refunded.v1': {
    at: whole,
    refundId: text,
    packId: text,
    amount,
    recognised: amount,
    reason: orNull(text),
    units: whole,
  },
};

export const accountEventTypes = Object.keys(shapes) as readonly AccountEventType[];

export function isAccountEventType(type: string): type is AccountEventType {
  return Object.hasOwn(shapes, type);
}

/** A version of an event that is no longer written, and how it reads as the version that is. */
export interface OlderShape {
  readonly shape: Readonly<Record<string, Check>>;
  readonly newer: AccountEventType;
  /** A field that came with the present version: where it is missing, the data is of this one. */
  readonly added: string;
  readonly upcast: (data: Readonly<Record<string, unknown>>) => object;
}

/** Stored for ever, and read for ever: what a later version added was not there then. */
export const olderShapes: Readonly<Record<string, OlderShape>> = {
  'funds-frozen.v1': {
    shape: without(shapes['funds-frozen.v2'], 'packs'),
    newer: 'funds-frozen.v2',
    added: 'packs',
    upcast: (data) => ({ ...data, packs: null }),
  },
  'hold-settled.v1': {
    shape: without(shapes['hold-settled.v2'], 'packs', 'forfeited'),
    newer: 'hold-settled.v2',
    added: 'packs',
    upcast: (data) => ({ ...data, packs: null, forfeited: null }),
  },
  'hold-settled-late.v1': {
    shape: { ...without(shapes['hold-settled-late.v2'], 'packs'), hold: record(endedUnused) },
    newer: 'hold-settled-late.v2',
    added: 'packs',
    upcast: (data) => ({ ...data, hold: { ...(data['hold'] as object), budget: null, packs: null }, packs: null }),
  },
  'hold-released.v1': {
    shape: without(shapes['hold-released.v2'], 'forfeited'),
    newer: 'hold-released.v2',
    added: 'forfeited',
    upcast: (data) => ({ ...data, forfeited: null }),
  },
  'hold-expired.v1': {
    shape: without(shapes['hold-expired.v2'], 'forfeited'),
    newer: 'hold-expired.v2',
    added: 'forfeited',
    upcast: (data) => ({ ...data, forfeited: null }),
  },
  'charge-refunded.v1': {
    shape: without(shapes['charge-refunded.v2'], 'chargedAt'),
    newer: 'charge-refunded.v2',
    added: 'chargedAt',
    upcast: (data) => ({ ...data, chargedAt: null }),
  },
  'account-closed.v1': {
    shape: without(shapes['account-closed.v2'], 'forfeitPacks', 'forfeited'),
    newer: 'account-closed.v2',
    added: 'forfeited',
    upcast: (data) => ({ ...data, forfeitPacks: false, forfeited: null }),
  },
};

/** The names of the versions that are no longer written. */
export const olderEventTypes: readonly string[] = Object.keys(olderShapes);

function without(shape: Readonly<Record<string, Check>>, ...fields: readonly string[]): Record<string, Check> {
  return Object.fromEntries(Object.entries(shape).filter(([field]) => !fields.includes(field)));
}
