import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '#application/ports';

/** An event that could not be folded; its account's later events are not in the read models. */
export interface ParkedEvent {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly reason: string;
}

export function parkedEvents(database: DatabaseSync, limit: number): readonly ParkedEvent[] {
  const rows = database
    .prepare('SELECT position, stream, revision, type, reason FROM parked ORDER BY position LIMIT ?')
    .all(limit);
  return rows.map((row) => ({ ...row }) as unknown as ParkedEvent);
}
