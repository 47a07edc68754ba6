import type { Metadata } from '../kernel/metadata.ts';
import type { Money } from '../kernel/money.ts';

export interface OpenAccount {
  readonly kind: 'open-account';
  readonly accountId: string;
  readonly currency: string | null;
  readonly timeZone: string | null;
  readonly agreementStart: string | null;
  readonly priceBook: string | null;
  readonly creditLimit: Money | null;
  readonly limits: {
    readonly openHolds: number | null;
    readonly frozen: Money | null;
    readonly dailySpend: Money | null;
  };
  readonly metadata: Metadata | null;
}

export interface ChangeStatus {
  readonly kind: 'suspend' | 'resume' | 'close';
  readonly changeId: string;
  readonly reason: string;
  /** Of a close: what is left in packs is lost. Not given: a close is refused while there is any. */
  readonly forfeitPacks?: boolean | null;
}

declare module '../core/commands.ts' {
  interface Commands {
    'open-account': OpenAccount;
    suspend: ChangeStatus;
    resume: ChangeStatus;
    close: ChangeStatus;
  }
}
