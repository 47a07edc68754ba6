import { appendBytesMax, appendEventsMax, EventStoreError, type NewEvent } from '#operations/ports';

/** Bytes of data and metadata of an append. */
export function appendBytes(events: readonly NewEvent[]): number {
  return events.reduce((sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata), 0);
}

/** Why an append of so many events and bytes cannot be taken; undefined if it can. */
export function sizeFault(events: number, bytes: number): EventStoreError | undefined {
  if (events > 0 && events <= appendEventsMax && bytes <= appendBytesMax) return undefined;
  return new EventStoreError('append-too-large', `${String(events)} events, ${String(bytes)} bytes`);
}
