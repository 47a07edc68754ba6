import type { Metadata } from '../kernel/metadata.ts';
import type { Money } from '../kernel/money.ts';
import type { Outcome } from './events.ts';

/** Either `product` (with `quantity`) or a plain `amount`. */
export interface Freeze {
  readonly kind: 'freeze';
  readonly holdId: string;
  readonly product: string | null;
  readonly quantity: number | null;
  readonly amount: Money | null;
  readonly ttlSeconds: number | null;
  readonly budget: string | null;
  readonly metadata: Metadata | null;
}

export interface Settle {
  readonly kind: 'settle';
  readonly holdId: string;
  readonly outcome: Outcome;
  readonly amount: Money | null;
  readonly quantity: number | null;
  readonly completedAt: number | null;
  readonly evidence: Metadata | null;
}

export interface Fail {
  readonly kind: 'fail';
  readonly holdId: string;
  readonly attemptId: string;
  readonly reason: string;
}

export interface Release {
  readonly kind: 'release';
  readonly holdId: string;
  readonly reason: string;
}

export type HoldCommand = Freeze | Settle | Fail | Release;

declare module '../core/commands.ts' {
  interface Commands {
    freeze: Freeze;
    settle: Settle;
    fail: Fail;
    release: Release;
  }
}
