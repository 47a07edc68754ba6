import type { Money } from '../kernel/money.ts';

export interface Deposit {
  readonly kind: 'deposit';
  readonly depositId: string;
  readonly amount: Money;
  readonly reference: string | null;
  /** The unmatched payment that is assigned by this deposit. No caller can say so, whatever its `reference` reads. */
  readonly paymentId?: string;
}

export interface Withdraw {
  readonly kind: 'withdraw';
  readonly withdrawalId: string;
  readonly amount: Money;
  readonly reference: string | null;
}

export interface Adjust {
  readonly kind: 'adjust';
  readonly adjustmentId: string;
  /** Signed, not zero. */
  readonly amount: Money;
  readonly reason: string;
}

declare module '../core/commands.ts' {
  interface Commands {
    deposit: Deposit;
    withdraw: Withdraw;
    adjust: Adjust;
  }
}
