import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent } from '#application/ports';

/** The last event of every stream, with its chain hash. */
export class StreamHeads {
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(
      `INSERT INTO heads VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET revision = excluded.revision, position = excluded.position, hash = excluded.hash`,
    );
  }

  /** One row for each stream, however many events of it there are. */
  write(events: readonly RecordedEvent[]): void {
    const last = new Map<string, RecordedEvent>();
    for (const event of events) last.set(event.stream, event);
    for (const { stream, revision, position, hash } of last.values()) this.#put.run(stream, revision, position, hash);
  }
}
