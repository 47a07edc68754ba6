import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Position, RecordedEvent, Snapshot } from '#application/ports';
import { accountOfStream, decodeEvent, presentText, UnreadableEvent } from '#domain';
import { type Checkpoint, prepareCheckpointWrite, readCheckpoint, toLastEvent } from '../file/checkpoint.ts';
import { inTransaction, isConstraint } from '../file/database.ts';
import { FilterKeeper } from '../id-index/filter-keeper.ts';
import { AccountEvents } from '../projections/account-events.ts';
import { AccountSummaries } from '../projections/accounts/account-summaries.ts';
import { StreamHeads } from '../projections/heads/stream-heads.ts';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.ts';

/** Events in the store's total order; may begin before the checkpoint, never after a gap. */
export interface ProjectedPage {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here is in this page or was in an earlier one. */
  readonly position: Position;
}

/**
 * Fills the read models from the store's log. A page and the checkpoint behind it are written in one transaction, so every
 * event takes effect exactly once, whatever is delivered twice and wherever the process dies.
 *
 * An event that cannot be read, or cannot have happened, takes its account out of service here: it is parked with the
 * reason, later events of the account are passed over, and everybody else's go on.
 */
export class Projector {
  /** Which holds there may be. */
  readonly ids: FilterKeeper;
  readonly #database: DatabaseSync;
  readonly #summaries: AccountSummaries;
  readonly #accountEvents: AccountEvents;
  readonly #snapshots: SnapshotKeeper;
  readonly #heads: StreamHeads;
  readonly #park: StatementSync;
  readonly #writeCheckpoint: (checkpoint: Checkpoint) => void;
  #checkpoint: Checkpoint;
  #anyParked: boolean;

  /** @param database a writer's connection to a file with the read models' tables. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.ids = new FilterKeeper(database);
    this.#summaries = new AccountSummaries(database);
    this.#accountEvents = new AccountEvents(database, this.#summaries);
    this.#snapshots = new SnapshotKeeper(database);
    this.#heads = new StreamHeads(database);
    this.#park = database.prepare('INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#writeCheckpoint = prepareCheckpointWrite(database);
    this.#checkpoint = readCheckpoint(database);
    this.#anyParked = database.prepare('SELECT 1 FROM parked LIMIT 1').get() !== undefined;
  }

  /** As it was last committed. */
  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** An account is out of service here: an id of it that is in no table may be used all the same. */
  get anyParked(): boolean {
    return this.#anyParked;
  }

  /** Keeps a snapshot as soon as the checkpoint has passed it: with the next page, which may be empty. */
  keep(snapshot: Snapshot): void {
    this.#snapshots.keep(snapshot);
  }

  /** @throws SQLite's errors; then nothing of the page is written, and it can be delivered again. */
  apply(page: ProjectedPage): void {
    const { position: from } = this.#checkpoint;
    const position = page.position > from ? page.position : from;
    if (position === from && !this.#snapshots.anyPassed(position)) return;
    let checkpoint: Checkpoint = { ...this.#checkpoint, position };
    try {
      inTransaction(this.#database, () => {
        const fresh = page.events.filter((event) => event.position > from);
        let newestEventAt = checkpoint.newestEventAt;
        for (const event of fresh) newestEventAt = Math.max(newestEventAt, this.#applyEvent(event));
        this.#summaries.flush();
        this.#heads.write(fresh);
        this.ids.writeIfDue();
        this.#snapshots.writePassed(position);
        const last = fresh.at(-1);
        const lastEvent = last === undefined ? checkpoint.lastEvent : toLastEvent(last);
        checkpoint = { ...checkpoint, lastEvent, newestEventAt };
        this.#writeCheckpoint(checkpoint);
      });
    } catch (error) {
      this.#summaries.forget();
      this.ids.rolledBack();
      throw error;
    }
    this.ids.committed();
    this.#checkpoint = checkpoint;
    this.#snapshots.forgetPassed(position);
  }

  /** Returns the event's time; 0 if it has none that counts. */
  #applyEvent(recorded: RecordedEvent): number {
    const accountId = accountOfStream(recorded.stream);
    if (accountId === undefined) return 0;
    const row = this.#summaries.of(accountId);
    if (row !== undefined && row.error !== null) return 0;
    try {
      const event = decodeEvent(recorded.type, recorded.data);
      if (event.type === 'funds-frozen.v1') this.ids.add(accountId, event.data.holdId);
      this.#accountEvents.apply(accountId, recorded.revision, event, presentText(recorded, event));
      return event.data.at;
    } catch (error) {
      if (isMachinery(error)) throw error;
      this.#parkEvent(accountId, recorded, error);
      return 0;
    }
  }

  #parkEvent(accountId: string, { position, stream, revision, type, data }: RecordedEvent, error: unknown): void {
    const reason = String(error);
    const unreadable = error instanceof UnreadableEvent ? 1 : 0;
    this.#park.run(position, stream, revision, type, data, unreadable, reason);
    const row = this.#summaries.of(accountId) ?? this.#summaries.add(accountId, null);
    row.error = `revision ${String(revision)}: ${reason}`;
    this.#summaries.touch(row);
    this.#anyParked = true;
  }
}

/** Errors of SQLite and the system say nothing about the event at hand. A failed assertion has a code too, and does. */
function isMachinery(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return 'errno' in error || ('code' in error && error.code === 'ERR_SQLITE_ERROR' && !isConstraint(error));
}
