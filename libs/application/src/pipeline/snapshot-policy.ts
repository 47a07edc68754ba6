import { writeSnapshot } from '#domain';
import { snapshotEventsPerOpenHold } from '../limits.ts';
import type { LoadedAccount } from './account-history.ts';
import type { LaneParts } from './dependencies.ts';

/** Saves a snapshot of an account now and then: the less often, the larger it is. */
export class SnapshotPolicy {
  readonly #parts: Pick<LaneParts, 'limits' | 'snapshots'>;
  #last = -1;

  constructor(parts: Pick<LaneParts, 'limits' | 'snapshots'>) {
    this.#parts = parts;
  }

  /** The account starts from this revision: there is a snapshot of it, or it is the beginning. */
  startFrom(revision: number): void {
    this.#last = revision;
  }

  /** The account's last event is durable. */
  moved(accountId: string, { state, hash, position }: LoadedAccount): void {
    const { limits, snapshots } = this.#parts;
    const { revision, lastAt } = state.summary;
    const every = Math.max(limits.snapshotEveryEvents, snapshotEventsPerOpenHold * state.openHolds.size);
    if (revision - this.#last < every) return;
    this.#last = revision;
    snapshots.save({
      accountId,
      revision,
      at: lastAt,
      position,
      hash,
      state: writeSnapshot(state, limits.snapshotCharactersMax),
    });
  }
}
