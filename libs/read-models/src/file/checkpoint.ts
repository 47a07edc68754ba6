import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BEGINNING, type Position, type RecordedEvent } from '#application/ports';
import { foldVersion } from '#domain';

/** Where an event stands in its store. */
export interface EventPlace {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
}

/** How far the read models are. */
export interface Checkpoint {
  /** Everything up to here is in the read models. */
  readonly position: Position;
  /** The last event seen, with its chain hash; undefined before the first. */
  readonly lastEvent: (EventPlace & { readonly hash: string }) | undefined;
  /** Time of the newest event of an account, ms since 1970; 0 before the first. */
  readonly newestEventAt: number;
  /** Version of the fold that made the snapshots. */
  readonly foldVersion: number;
}

export const startingCheckpoint: Checkpoint = {
  position: BEGINNING,
  lastEvent: undefined,
  newestEventAt: 0,
  foldVersion,
};

interface StoredCheckpoint {
  readonly position: Position;
  readonly event_position: Position | null;
  readonly event_stream: string | null;
  readonly event_revision: number | null;
  readonly event_hash: string | null;
  readonly newest_event_at: number;
  readonly fold_version: number;
}

/** Reads the checkpoint of a read model file. */
export function readCheckpoint(database: DatabaseSync): Checkpoint {
  const stored = database.prepare('SELECT * FROM checkpoint').get() as StoredCheckpoint | undefined;
  if (stored === undefined) return startingCheckpoint;
  const { event_position: position, event_stream: stream, event_revision: revision, event_hash: hash } = stored;
  const seen = position !== null && stream !== null && revision !== null && hash !== null;
  return {
    position: stored.position,
    lastEvent: seen ? { position, stream, revision, hash } : undefined,
    newestEventAt: stored.newest_event_at,
    foldVersion: stored.fold_version,
  };
}

export function prepareCheckpointWrite(database: DatabaseSync): (checkpoint: Checkpoint) => void {
  const statement: StatementSync = database.prepare(
    'INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?, ?, ?, ?, ?)',
  );
  return ({ position, lastEvent, newestEventAt, foldVersion: version }) => {
    statement.run(
      position,
      lastEvent?.position ?? null,
      lastEvent?.stream ?? null,
      lastEvent?.revision ?? null,
      lastEvent?.hash ?? null,
      newestEventAt,
      version,
    );
  };
}

export function toLastEvent({ position, stream, revision, hash }: RecordedEvent): Checkpoint['lastEvent'] {
  return { position, stream, revision, hash };
}
