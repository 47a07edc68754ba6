import { chainBeginning, type ChainPlace, type RecordedEvent, UntrustedEvent, verifyEvent } from '#application/ports';
import { eventIdFromHash, evolve, initialState } from '#domain';
import type { FindingKind } from '../finding.ts';

/** Why an event stops its account. */
export interface Stop {
  readonly kind: FindingKind;
  readonly reason: string;
}

/** One account as a service replays it: up to the first event that it cannot trust. */
export class FollowedAccount {
  /** After the last event that could be trusted. */
  readonly state = initialState();
  #last: ChainPlace = chainBeginning;

  /** Judges the next event by its place, its hash, its text, and whether it can have happened; folds it if all is well. */
  follow(recorded: RecordedEvent): Stop | undefined {
    try {
      const event = verifyEvent(this.#last, recorded);
      this.#last = recorded;
      const { id, hash } = recorded;
      if (id !== eventIdFromHash(hash)) return { kind: 'event-id-wrong', reason: `${id} is not made from ${hash}` };
      evolve(this.state, event);
    } catch (error) {
      if (error instanceof UntrustedEvent) return { kind: error.kind, reason: error.detail };
      return { kind: 'fold-refuses', reason: String(error) };
    }
    this.state.undo.commit();
    this.state.recentIds.forget(this.state.summary.revision);
    return undefined;
  }
}
