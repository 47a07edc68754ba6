import { BEGINNING, type EventStore, type RecordedEvent } from '#application/ports';

/** Everything that a store holds, in its order. */
export async function wholeLog(store: EventStore): Promise<readonly RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (let position = BEGINNING, atEnd = false; !atEnd;) {
    const page = await store.readAll(position, 1_000);
    all.push(...page.events);
    ({ position, atEnd } = page);
  }
  return all;
}
