import type { TypedEvent } from '../core/events.ts';
import type { Metadata } from '../kernel/metadata.ts';
import type { Money } from '../kernel/money.ts';
import type { FundsFrozen } from './events.ts';
import type { KeptOpening } from './kept-opening.ts';

/** A hold whose money is frozen: not settled, released or expired. */
export interface OpenHold {
  readonly opening: KeptOpening;
  readonly amount: Money;
  /** Revision of its opening event. */
  readonly order: number;
  /** Failed calls recorded on it. */
  readonly attempts: number;
}

export type HoldEnding = TypedEvent<'hold-settled.v1'> | TypedEvent<'hold-released.v1'> | TypedEvent<'hold-expired.v1'>;

/** One hold's lifecycle so far. */
export interface HoldFacts {
  readonly opening: FundsFrozen;
  readonly ending?: HoldEnding | undefined;
  readonly late?: TypedEvent<'hold-settled-late.v1'> | undefined;
  readonly uncollected?: TypedEvent<'charge-uncollected.v1'> | undefined;
  /** Sum of its refunds; undefined if there was none. */
  readonly refunded?: string | undefined;
}

export type HoldStatus = 'open' | 'settled' | 'released' | 'expired';

/** The reason of a release that a settle causes when it finds nothing to bill; callers may not use it. */
export const notBillable = 'not-billable';

/** Whether it ended unused: it can still be charged, if word comes in time that its verification was completed. */
export function couldBeSettledLate(ending: HoldEnding): boolean {
  return ending.type === 'hold-expired.v1' || (ending.type === 'hold-released.v1' && ending.data.completion === null);
}

const statusAfter = {
  'hold-settled.v1': 'settled',
  'hold-released.v1': 'released',
  'hold-expired.v1': 'expired',
} as const;

/** A hold that was settled after its end is settled, however it had ended. */
export function holdStatus(facts: HoldFacts): HoldStatus {
  if (facts.late !== undefined) return 'settled';
  return facts.ending === undefined ? 'open' : statusAfter[facts.ending.type];
}

declare module '../core/decision.ts' {
  interface DecisionContext {
    /** Most bytes of memory that the account's open holds may take: a limit of the process; undefined: none. */
    readonly openHoldBytesMax?: number;
  }

  interface IdempotencyIndex {
    hold(holdId: string): HoldFacts | undefined;
    /** The metadata of a hold that is or was open; undefined if the index does not have the hold. */
    metadata(holdId: string): Metadata | null | undefined;
  }

  interface AnswerFacts {
    /** The hold as the answer shows it: of a replay as the first answer showed it. */
    readonly hold?: HoldFacts;
    /** Of a replay: the hold's lifecycle up to now. */
    readonly holdNow?: HoldFacts;
  }
}
