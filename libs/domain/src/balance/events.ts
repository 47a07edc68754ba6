export interface FundsDeposited {
  readonly at: number;
  readonly depositId: string;
  readonly amount: string;
  /** The caller's words: they link it to nothing. */
  readonly reference: string | null;
  /** The unmatched payment that was assigned by it; null for all other deposits. */
  readonly paymentId: string | null;
}

export interface FundsWithdrawn {
  readonly at: number;
  readonly withdrawalId: string;
  readonly amount: string;
  readonly reference: string | null;
}

export interface BalanceAdjusted {
  readonly at: number;
  readonly adjustmentId: string;
  /** Signed. */
  readonly amount: string;
  readonly reason: string;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'funds-deposited.v1': FundsDeposited;
    'funds-withdrawn.v1': FundsWithdrawn;
    'balance-adjusted.v1': BalanceAdjusted;
  }
}
