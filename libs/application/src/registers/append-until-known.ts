import { setTimeout as pause } from 'node:timers/promises';
import type { LaneLimits } from '../limits.ts';
import { type AppendOutcome, type EventStore, EventStoreError, type StreamAppend } from '../ports/event-store.ts';
import { findAppended } from '../ports/find-appended.ts';

/**
 * Appends, and does not rest until the outcome is known or the tries are used up. After a time-out the very same events
 * are sent again at the same revision: not finding them by reading would prove nothing, since they may still be written
 * later; an answer from the store at that place does.
 *
 * @returns `unknown` only when it is out of tries: the events may have been written, or be written later.
 */
export async function appendUntilKnown(
  store: EventStore,
  append: StreamAppend,
  { resendPauseMs, resendTriesMax }: Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>,
): Promise<AppendOutcome> {
  let mayBeWritten = false;
  let outcome = await appendOnce(store, append);
  for (let resends = 0; resends < resendTriesMax; resends += 1) {
    mayBeWritten ||= outcome.kind === 'unknown';
    const isOpen = outcome.kind === 'unknown' || outcome.kind === 'unavailable';
    if (!mayBeWritten || !isOpen) break;
    await pause(resendPauseMs * 2 ** resends);
    outcome = await appendOnce(store, append);
  }
  if (!mayBeWritten) return outcome;
  if (outcome.kind === 'unavailable') return { ...outcome, kind: 'unknown' };
  return outcome.kind === 'conflict' ? recognise(store, append, outcome) : outcome;
}

async function appendOnce(store: EventStore, append: StreamAppend): Promise<AppendOutcome> {
  const [outcome] = await store.appendAll([append]);
  const cause = new EventStoreError('outcome-unknown', 'the store does not say what became of an append');
  return outcome ?? { kind: 'unknown', cause };
}

/** A conflict after an unknown outcome: were they our own events that stand there? */
async function recognise(store: EventStore, append: StreamAppend, conflict: AppendOutcome): Promise<AppendOutcome> {
  try {
    const appended = await findAppended(store, append);
    return appended === undefined ? conflict : { kind: 'appended', appended };
  } catch (error) {
    return { kind: 'unknown', cause: error as EventStoreError };
  }
}
