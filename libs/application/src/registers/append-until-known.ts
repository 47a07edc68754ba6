import { setTimeout as pause } from 'node:timers/promises';
import type { LaneLimits } from '../limits.ts';
import { type Appended, type EventStore, eventStoreErrorCode, type NewEvent } from '../ports/event-store.ts';

/**
 * How an append ended.
 *
 * - `conflict`: surely not written, another event stands there.
 * - `unavailable`: surely not written.
 * - `unknown`: out of tries; it may have been written, or be written later.
 * - `broken`: the store must not be written to any more; whether this append was written is not known.
 */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly appended: Appended }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'broken'; readonly cause: unknown };

/** Events for a stream, and the revision that they follow. */
interface ToAppend {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
}

/**
 * Appends, and does not rest until the outcome is known or the tries are used up. After a time-out the very same events
 * are sent again at the same revision: not finding them by reading would prove nothing, since they may still be written
 * later; an answer from the store at that place does.
 *
 * @param sentBefore these events were sent already, and what became of them is not known: never `unavailable`.
 */
export async function appendUntilKnown(
  store: EventStore,
  { stream, expected, events }: ToAppend,
  limits: Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>,
  sentBefore: boolean,
): Promise<AppendOutcome> {
  let maybeWritten = sentBefore;
  for (let attempt = 0; attempt <= limits.resendTriesMax; attempt += 1) {
    if (attempt > 0) await pause(limits.resendPauseMs * 2 ** (attempt - 1));
    try {
      return { kind: 'appended', appended: await store.append(stream, expected, events) };
    } catch (error) {
      switch (eventStoreErrorCode(error)) {
        case 'revision-conflict':
          return maybeWritten ? await recognise(store, stream, expected, events) : { kind: 'conflict' };
        case 'outcome-unknown':
          maybeWritten = true;
          break;
        case 'store-unavailable':
          if (!maybeWritten) return { kind: 'unavailable' };
          break;
        case 'append-too-large':
        case 'store-broken':
        case undefined:
          return { kind: 'broken', cause: error };
      }
    }
  }
  return { kind: 'unknown' };
}

/** A conflict after an unknown outcome: were they our own events that stand there? */
async function recognise(
  store: EventStore,
  stream: string,
  expected: number,
  events: readonly NewEvent[],
): Promise<AppendOutcome> {
  try {
    const { events: found } = await store.readStream(stream, expected + 1, events.length);
    const own = found.length === events.length && found.every((event, index) => event.id === events[index]?.id);
    const last = found.at(-1);
    if (!own || last === undefined) return { kind: 'conflict' };
    return { kind: 'appended', appended: { revision: last.revision, position: last.position } };
  } catch {
    return { kind: 'unknown' };
  }
}
