import type { Money } from '../kernel/money.ts';

/** A customer is about to pay in by a channel. */
export interface OpenOrder {
  readonly kind: 'open-order';
  readonly orderId: string;
  readonly amount: Money;
  readonly channel: string;
  readonly payer: string | null;
  /** The service takes word from that channel at present. Not part of what is compared when the id comes again. */
  readonly channelKnown: boolean;
}

/** What a channel says of a payment that names an order. */
export interface PayOrder {
  readonly kind: 'pay-order';
  readonly orderId: string;
  readonly channel: string;
  readonly transactionId: string;
  readonly amount: Money;
  readonly currency: string;
  /** ms since 1970, by the channel's clock. */
  readonly paidAt: number;
}

declare module '../core/commands.ts' {
  interface Commands {
    'open-order': OpenOrder;
    'pay-order': PayOrder;
  }
}
