import { isBusy } from './sqlite-codes.ts';

/** How long a thread pauses before it tries again, in ms: at random, so that several do not keep in step. */
const pauseMinMs = 0.1;
const pauseMaxMs = 0.3;

const neverNotified = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Tries something until no other connection is in its way, and blocks the thread meanwhile. SQLite's own way of waiting
 * sleeps longer and longer, up to 100 ms, so that those who came last keep overtaking the one who waits longest.
 *
 * @param waitMaxMs after so many ms it gives up.
 * @throws what `attempt` threw last: at once if it is not about a lock.
 */
export function whileBusy<Result>(waitMaxMs: number, attempt: () => Result): Result {
  const end = performance.now() + waitMaxMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error;
    }
    Atomics.wait(neverNotified, 0, 0, pauseMinMs + Math.random() * (pauseMaxMs - pauseMinMs));
  }
}
