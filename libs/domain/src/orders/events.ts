/** A customer is about to pay in: the order waits for word of the payment from its channel. */
export interface OrderOpened {
  readonly at: number;
  readonly orderId: string;
  /** What is to be paid, neither more nor less. */
  readonly amount: string;
  /** Name of the channel by which it is to be paid. */
  readonly channel: string;
  /** Who pays, in the caller's words. */
  readonly payer: string | null;
  /** The first millisecond at which it cannot be paid any more. */
  readonly closesAt: number;
}

/** The channel has said that the order was paid. The deposit comes right after it, in the same append. */
export interface OrderPaid {
  readonly at: number;
  readonly orderId: string;
  /** The channel's; it is the deposit's id. */
  readonly transactionId: string;
  readonly amount: string;
  /** When it was paid, as the channel says. */
  readonly paidAt: number;
}

export interface OrderClosed {
  /** The order's closing time, whenever it was noticed. */
  readonly at: number;
  readonly orderId: string;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'order-opened.v1': OrderOpened;
    'order-paid.v1': OrderPaid;
    'order-closed.v1': OrderClosed;
  }
}
