import type { Money } from '../kernel/money.ts';

export interface Refund {
  readonly kind: 'refund';
  readonly refundId: string;
  readonly holdId: string;
  readonly amount: Money;
  readonly reason: string;
}

export interface ReverseDeposit {
  readonly kind: 'reverse-deposit';
  readonly reversalId: string;
  readonly depositId: string;
  /** Null: all that is left of the deposit. */
  readonly amount: Money | null;
  readonly reason: string;
}

declare module '../core/commands.ts' {
  interface Commands {
    refund: Refund;
    'reverse-deposit': ReverseDeposit;
  }
}
