import type { Metadata } from '../kernel/metadata.ts';
import type { PackForfeit } from '../packs/events.ts';
import type { AccountLimits } from '../terms/events.ts';
import type { ZoneFacts } from '../zones/zone-shape.ts';

export interface AccountOpened {
  readonly at: number;
  readonly accountId: string;
  readonly currency: string;
  /** IANA name. */
  readonly timeZone: string;
  /** First local date of the first agreement year, `YYYY-MM-DD`. */
  readonly agreementStart: string;
  /** What its clocks do; `zone-noted.v1` states it again. */
  readonly zone: ZoneFacts;
  /** `name@version`. */
  readonly priceBook: string | null;
  /** The price book as it was asked for: a bare name pinned the newest version of that moment. */
  readonly priceBookRequested: string | null;
  readonly creditLimit: string;
  readonly limits: AccountLimits;
  readonly metadata: Metadata | null;
}

/** Why an account is suspended; each cause is lifted only by its own means. */
export type SuspensionCause = 'operator' | 'arrears';

export interface StatusChanged {
  readonly at: number;
  readonly changeId: string;
  readonly reason: string;
  /** The causes that hold after this change. */
  readonly suspendedFor: readonly SuspensionCause[];
}

export interface AccountClosed {
  readonly at: number;
  readonly changeId: string;
  readonly reason: string;
  /** Whether it was asked for that what is left in packs is lost. */
  readonly forfeitPacks: boolean;
  readonly forfeited: readonly PackForfeit[] | null;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'account-opened.v1': AccountOpened;
    'account-suspended.v1': StatusChanged;
    'account-resumed.v1': StatusChanged;
    'account-closed.v1': AccountClosed;
  }
}
