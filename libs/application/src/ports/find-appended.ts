import type { Appended, EventStore, StreamAppend } from './event-store.ts';

/**
 * After an append of unknown outcome, sent again, has met a conflict: where it stands, if it is its own events that the
 * stream has at that place; undefined: others do, so it never will.
 *
 * @throws EventStoreError
 */
export async function findAppended(
  store: EventStore,
  { stream, expected, events }: StreamAppend,
): Promise<Appended | undefined> {
  const { events: found } = await store.readStream(stream, expected + 1, events.length);
  const own = found.length === events.length && found.every((event, index) => event.id === events[index]?.id);
  const last = found.at(-1);
  return own && last !== undefined ? { revision: last.revision, position: last.position } : undefined;
}
