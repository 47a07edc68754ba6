import type { TypedEvent } from '../core/events.ts';
import type { RecentIds } from '../core/recent-ids.ts';
import type { ChargeRefunded } from '../corrections/events.ts';
import type { Metadata } from '../kernel/metadata.ts';
import type { HoldEnding, HoldFacts } from './hold.ts';
import type { KeptOpening } from './kept-opening.ts';

/** A hold as it was kept while it was open, and how it ended. */
export interface EndedHold {
  readonly opening: KeptOpening;
  readonly ending: HoldEnding;
}

/** What came after a hold's ending. */
type FollowUps = Pick<HoldFacts, 'late' | 'uncollected' | 'refunded'>;

/** Holds that ended lately, until the id index has them. */
export class RecentHolds {
  readonly #ended = new Map<string, EndedHold>();
  readonly #metadata = new Map<string, Metadata>();
  readonly #followUps = new Map<string, FollowUps>();
  readonly #recentIds: RecentIds;

  constructor(recentIds: RecentIds) {
    this.#recentIds = recentIds;
  }

  /** A hold that ended lately. */
  ended(holdId: string): EndedHold | undefined {
    return this.#ended.get(holdId);
  }

  /** Metadata of a hold that was opened lately, if its state does not keep it. */
  metadata(holdId: string): Metadata | undefined {
    return this.#metadata.get(holdId);
  }

  /** What was recorded lately about a hold after it had ended. */
  followUps(holdId: string): FollowUps | undefined {
    return this.#followUps.get(holdId);
  }

  keepMetadata(revision: number, holdId: string, metadata: Metadata): void {
    this.#recentIds.remember(revision, this.#metadata, holdId, metadata);
  }

  recordEnding(revision: number, hold: EndedHold): void {
    this.#recentIds.remember(revision, this.#ended, hold.opening.holdId, hold);
  }

  recordLate(revision: number, event: TypedEvent<'hold-settled-late.v1'>): void {
    this.#follow(revision, event.data.holdId, { late: event });
  }

  recordUncollected(revision: number, event: TypedEvent<'charge-uncollected.v1'>): void {
    this.#follow(revision, event.data.holdId, { uncollected: event });
  }

  recordRefund(revision: number, { holdId, refunded }: ChargeRefunded): void {
    this.#follow(revision, holdId, { refunded });
  }

  #follow(revision: number, holdId: string, followUp: FollowUps): void {
    this.#recentIds.remember(revision, this.#followUps, holdId, { ...this.#followUps.get(holdId), ...followUp });
  }
}
