import type { EventStore, Position, RecordedEvent } from '#application/ports';
import type { Head } from './heads-tree.ts';

/**
 * The head that a stream had at a position; undefined if it had none. Looks back in steps that double, then between:
 * the cost grows with the logarithm of what has happened since, not with the age of the stream.
 *
 * @param now its head now, later than the position.
 * @throws EventStoreError if the stream cannot be read.
 */
export async function headThen(store: EventStore, now: Head, position: Position): Promise<Head | undefined> {
  const { stream } = now;
  const at = async (revision: number): Promise<RecordedEvent | undefined> => {
    const { events } = await store.readStream(stream, revision, 1);
    return events[0];
  };
  let after = now.revision;
  let step = 1;
  let before = -1;
  for (; after > 0; step *= 2) {
    const revision = Math.max(0, after - step);
    const event = await at(revision);
    if (event === undefined || event.position <= position) {
      before = revision;
      break;
    }
    after = revision;
  }
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const event = await at(middle);
    if (event !== undefined && event.position <= position) before = middle;
    if (event === undefined || event.position > position) after = middle;
  }
  const event = before < 0 ? undefined : await at(before);
  return event === undefined ? undefined : { stream, revision: before, hash: event.hash };
}
