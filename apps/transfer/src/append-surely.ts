import { setTimeout as pause } from 'node:timers/promises';
import { type EventStore, eventStoreErrorCode, type NewEvent } from '#application/ports';

/** How hard an append is tried. Times in ms. */
export interface AppendLimits {
  /** How often the same events are sent before the transfer gives up. */
  readonly triesMax: number;
  /** Before the second try; doubled for each further one. */
  readonly retryPauseMs: number;
  readonly retryPauseMaxMs: number;
}

export const appendLimits: AppendLimits = { triesMax: 8, retryPauseMs: 100, retryPauseMaxMs: 5_000 };

/** Events of one stream, and the revision that they follow. */
export interface Part {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
}

/** The copy did not get to its end. What was written stays, and another run goes on behind it. */
export class TransferStopped extends Error {
  override readonly name = 'TransferStopped';
}

/**
 * Appends, and does not rest until it is known that the events stand where they must. After a time-out the very same
 * events are sent again: only the store's answer at that place proves anything, since they may be written late. Unlike a
 * lane, a copy is in no hurry: it also waits for a store that is away.
 *
 * @throws TransferStopped when the tries are used up, when something else stands there, or when the store takes no more.
 */
export async function appendSurely(target: EventStore, part: Part, limits: AppendLimits): Promise<void> {
  const { stream, expected, events } = part;
  for (let tries = 1; ; tries += 1) {
    try {
      await target.append(stream, expected, events);
      return;
    } catch (cause) {
      const code = eventStoreErrorCode(cause);
      if (code === 'revision-conflict' && (await standsThere(target, part))) return;
      const isPassing = code === 'outcome-unknown' || code === 'store-unavailable';
      if (!isPassing || tries >= limits.triesMax) throw stopped(part, cause);
    }
    await pause(Math.min(limits.retryPauseMaxMs, limits.retryPauseMs * 2 ** (tries - 1)));
  }
}

/** A conflict after an unknown outcome, or beside another transfer of the same ledger: are they these very events? */
async function standsThere(target: EventStore, { stream, expected, events }: Part): Promise<boolean> {
  const { events: found } = await target.readStream(stream, expected + 1, events.length);
  return found.length === events.length && found.every(({ id }, index) => id === events[index]?.id);
}

function stopped({ stream, expected, events }: Part, cause: unknown): TransferStopped {
  const place = `${stream} ${String(expected + 1)} to ${String(expected + events.length)}`;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TransferStopped(`${place} could not be written: ${why}`, { cause });
}
