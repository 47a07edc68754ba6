import type { Money } from '../kernel/money.ts';

/** A resource pack: bought from the balance, given by an operator with a reason, or taken to try. */
export interface AcquirePack {
  readonly kind: 'acquire-pack';
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly how: 'purchase' | 'grant' | 'trial';
  /** Of a grant, and of nothing else. */
  readonly reason: string | null;
}

export interface RefundPack {
  readonly kind: 'refund-pack';
  readonly packId: string;
  readonly refundId: string;
  /** Not given: what the pack's age and use come to. */
  readonly amount: Money | null;
  readonly reason: string | null;
}

declare module '../core/commands.ts' {
  interface Commands {
    'acquire-pack': AcquirePack;
    'refund-pack': RefundPack;
  }
}
