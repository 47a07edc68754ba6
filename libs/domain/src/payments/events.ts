import { hash } from 'node:crypto';
import { amount, findError, orNull, type Shape, text, whole } from '../kernel/codec.ts';
import { UnreadableEvent } from '../kernel/unreadable-event.ts';

/** Money came in by a channel, and no order of ours takes it. */
export interface PaymentUnmatched {
  readonly at: number;
  readonly paymentId: string;
  readonly channel: string;
  readonly transactionId: string;
  /** The order as the channel named it. */
  readonly order: string;
  readonly amount: string;
  readonly currency: string;
  /** When it was paid, as the channel says. */
  readonly paidAt: number;
  /** Code of the refusal that it met. */
  readonly reason: string;
  /** In what it differs from the order that it names; null unless that is the reason. */
  readonly field: string | null;
}

/** An operator gives the payment to an account. From here on it is that account's or nobody's; the deposit follows. */
export interface UnmatchedPaymentClaimed {
  readonly at: number;
  readonly paymentId: string;
  readonly accountId: string;
  readonly reason: string;
}

/** The deposit is in the account: the payment has ended. */
export interface UnmatchedPaymentAssigned {
  readonly at: number;
  readonly paymentId: string;
  readonly accountId: string;
  readonly depositId: string;
}

/** The account can never take the payment that was claimed for it: it is open again. */
export interface UnmatchedPaymentUnclaimed {
  readonly at: number;
  readonly paymentId: string;
  readonly accountId: string;
  /** Code of the account's refusal. */
  readonly code: string;
}

/** An operator has paid the money back, outside the ledger: the payment has ended. */
export interface UnmatchedPaymentPaidBack {
  readonly at: number;
  readonly paymentId: string;
  readonly reason: string;
  /** To the payment that went back. */
  readonly reference: string | null;
}

export interface UnmatchedEventData {
  'payment-unmatched.v1': PaymentUnmatched;
  'unmatched-payment-claimed.v1': UnmatchedPaymentClaimed;
  'unmatched-payment-assigned.v1': UnmatchedPaymentAssigned;
  'unmatched-payment-unclaimed.v1': UnmatchedPaymentUnclaimed;
  'unmatched-payment-paid-back.v1': UnmatchedPaymentPaidBack;
}

type UnmatchedEventType = keyof UnmatchedEventData;

export type UnmatchedEvent = {
  [Type in UnmatchedEventType]: { readonly type: Type; readonly data: UnmatchedEventData[Type] };
}[UnmatchedEventType];

/** The stream of all unmatched payments. */
export const unmatchedStream = 'unmatched-payments';

const paymentIdDigits = 32;

/**
 * The id of a payment: the same whoever hears of it, and however often. 128 bits of the SHA-256 of channel and transaction,
 * neither of which has a space.
 */
export function toPaymentId(channel: string, transactionId: string): string {
  return hash('sha256', `${channel} ${transactionId}`, 'hex').slice(0, paymentIdDigits);
}

export const unmatchedShapes: { readonly [Type in UnmatchedEventType]: Shape<UnmatchedEventData[Type]> } = {
  'payment-unmatched.v1': {
    at: whole,
    paymentId: text,
    channel: text,
    transactionId: text,
    order: text,
    amount,
    currency: text,
    paidAt: whole,
    reason: text,
    field: orNull(text),
  },
  'unmatched-payment-claimed.v1': { at: whole, paymentId: text, accountId: text, reason: text },
  'unmatched-payment-assigned.v1': { at: whole, paymentId: text, accountId: text, depositId: text },
  'unmatched-payment-unclaimed.v1': { at: whole, paymentId: text, accountId: text, code: text },
  'unmatched-payment-paid-back.v1': { at: whole, paymentId: text, reason: text, reference: orNull(text) },
};

/**
 * Reads an event of the stream back.
 *
 * @throws UnreadableEvent naming what is wrong. An unknown type or version is refused, never guessed.
 */
export function decodeUnmatchedEvent(type: string, stored: string): UnmatchedEvent {
  if (!Object.hasOwn(unmatchedShapes, type))
    throw new UnreadableEvent(`${type}: no event of unmatched payments has this type`);
  let data: unknown;
  try {
    data = JSON.parse(stored);
  } catch (error) {
    throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
  }
  const error = findError(data, unmatchedShapes[type as UnmatchedEventType]);
  if (error !== undefined) throw new UnreadableEvent(`${type}: ${error}`);
  return { type, data } as UnmatchedEvent;
}
