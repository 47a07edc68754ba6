import { findError, orNull, type Shape, text, whole } from '../kernel/codec.ts';
import { UnreadableEvent } from '../kernel/unreadable-event.ts';

/**
 * One transaction of a channel is one payment of the whole ledger: before any account is credited with it, this is the
 * first event of the transaction's own stream, and the only one. The store takes one first event, so of two processes
 * that want the payment for two accounts one is refused. It is never taken back, whatever comes of it: a process may
 * have claimed and be about to credit.
 */
export interface PaymentClaimed {
  readonly at: number;
  readonly channel: string;
  readonly transactionId: string;
  /** The one account that may be credited; null: none, the payment goes back to where it came from. */
  readonly accountId: string | null;
  /** The order that takes it; null: it is assigned by an operator, or goes back. */
  readonly orderId: string | null;
}

export const paymentClaimedType = 'payment-claimed.v1';

const streamPrefix = 'payment-';

/** The stream of one transaction of a channel. Encoded, neither of the two has a slash: no other pair has this name. */
export function paymentStream(channel: string, transactionId: string): string {
  return `${streamPrefix}${encodeURIComponent(channel)}/${encodeURIComponent(transactionId)}`;
}

export function isPaymentStream(stream: string): boolean {
  return stream.startsWith(streamPrefix);
}

export const paymentClaimShape: Shape<PaymentClaimed> = {
  at: whole,
  channel: text,
  transactionId: text,
  accountId: orNull(text),
  orderId: orNull(text),
};

/**
 * Reads a claim back.
 *
 * @throws UnreadableEvent naming what is wrong.
 */
export function decodePaymentClaim(type: string, stored: string): PaymentClaimed {
  if (type !== paymentClaimedType) throw new UnreadableEvent(`${type}: no event of a payment's claim has this type`);
  let data: unknown;
  try {
    data = JSON.parse(stored);
  } catch (error) {
    throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
  }
  const error = findError(data, paymentClaimShape);
  if (error !== undefined) throw new UnreadableEvent(`${type}: ${error}`);
  return data as PaymentClaimed;
}
