/*
 * What takes back, in part or whole, what was right when it happened. Times are whole milliseconds since 1970, amounts
 * canonical decimal strings; the order of the fields is the order in the stored text.
 */

/** Money of a charge that goes back to the customer. What the hold's units used up stays used up. */
export interface ChargeRefunded {
  readonly at: number;
  readonly refundId: string;
  readonly holdId: string;
  readonly amount: string;
  readonly reason: string;
  /** When the hold was opened: its day's and its budget's period spends less by this. */
  readonly openedAt: number;
  readonly budget: string | null;
  /** All refunds of the hold so far, this one included. */
  readonly refunded: string;
  /** When the charge was made: the days that were over then do not have it. */
  readonly chargedAt: number;
}

/** A deposit that did not last, such as a payment that bounced, taken back in part or whole. */
export interface DepositReversed {
  readonly at: number;
  readonly reversalId: string;
  readonly depositId: string;
  readonly amount: string;
  readonly reason: string;
  /** What of the deposit is not reversed after this. */
  readonly remaining: string;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'charge-refunded.v1': ChargeRefunded;
    'deposit-reversed.v1': DepositReversed;
  }
}
