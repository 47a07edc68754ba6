import type { EventStore } from '#application/ports';
import { type Checkpoint, checkpointsStream, decodeCheckpointEvent } from './checkpoint.ts';

/** One page of checkpoints, newest first. */
export interface CheckpointPage {
  readonly checkpoints: readonly Checkpoint[];
  /** Ask on with this; null: there are no older ones. */
  readonly before: number | null;
}

const pageRowsMax = 100;

/**
 * @param before from an earlier page; null: from the newest on.
 * @throws EventStoreError if the stream cannot be read.
 */
export async function checkpointPage(store: EventStore, before: number | null, limit: number): Promise<CheckpointPage> {
  const checkpoints: Checkpoint[] = [];
  const { head } = await store.readStream(checkpointsStream, 0, 1);
  let next = Math.min(before ?? head + 1, head + 1);
  while (checkpoints.length < limit && next > 0) {
    const from = Math.max(0, next - (limit - checkpoints.length));
    const { events } = await store.readStream(checkpointsStream, from, next - from);
    for (const { type, data } of [...events].reverse()) {
      const event = decodeCheckpointEvent(type, data);
      if (event.type === 'checkpoint-signed.v1') checkpoints.push(event.data);
    }
    next = from;
  }
  return { checkpoints, before: next > 0 ? next : null };
}

/**
 * Every checkpoint with a number above this one, oldest first.
 *
 * @throws EventStoreError if the stream cannot be read.
 */
export async function checkpointsAfter(store: EventStore, number: number): Promise<readonly Checkpoint[]> {
  const found: Checkpoint[] = [];
  let before: number | null = null;
  do {
    const page = await checkpointPage(store, before, pageRowsMax);
    found.push(...page.checkpoints.filter((one) => one.number > number));
    before = (page.checkpoints.at(-1)?.number ?? 0) <= number ? null : page.before;
  } while (before !== null);
  return found.reverse();
}
