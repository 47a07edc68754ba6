import {
  appendBytesMax,
  appendEventsMax,
  bytesPerCharacterMax,
  EventStoreError,
  type NewEvent,
} from '#application/ports';

/** Why an append cannot be taken because of its size; undefined if it can. */
export function checkSize(events: readonly NewEvent[]): EventStoreError | undefined {
  if (events.length > 0 && events.length <= appendEventsMax && fits(events)) return undefined;
  return new EventStoreError(
    'append-too-large',
    `${String(events.length)} events, ${String(countBytes(events))} bytes`,
  );
}

/** Bytes are counted only if there are so many characters that it may come to it. */
function fits(events: readonly NewEvent[]): boolean {
  let characters = 0;
  for (const { data, metadata } of events) characters += data.length + metadata.length;
  return characters * bytesPerCharacterMax <= appendBytesMax || countBytes(events) <= appendBytesMax;
}

/** Bytes of data and metadata. */
function countBytes(events: readonly NewEvent[]): number {
  return events.reduce((sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata), 0);
}
