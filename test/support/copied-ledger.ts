import { join } from 'node:path';
import { BEGINNING, type EventStore } from '#application/ports';
import { SqliteEventStore } from '#event-store';

/** Appends every event of a data directory to another store, in the order of the log. */
export async function copied(directory: string, store: EventStore): Promise<void> {
  const from = SqliteEventStore.openReadOnly(join(directory, 'events.db'));
  const { events } = await from.readAll(BEGINNING, Number.MAX_SAFE_INTEGER);
  for (const event of events) await store.append(event.stream, event.revision - 1, [event]);
  from.close();
}
