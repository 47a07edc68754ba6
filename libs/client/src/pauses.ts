/** The step before the first repetition, in ms; it doubles with each. */
const firstStepMs = 50;

/** The longest step, in ms. */
const longestStepMs = 2_000;

/**
 * How long to wait before a request is repeated, in ms: somewhere in the upper half of an exponential step, so that many
 * callers who failed together do not come back together; after whatever the service asked for.
 *
 * @param failedTries at least 1
 * @param askedMs what `Retry-After` asked for
 * @param random from 0 to below 1
 */
export function pauseMs(failedTries: number, askedMs: number, random: number): number {
  const stepMs = Math.min(longestStepMs, firstStepMs * 2 ** Math.min(failedTries - 1, 16));
  return askedMs + (stepMs * (1 + random)) / 2;
}

/** `Retry-After` in ms: seconds or a date. 0 without one, and for one that cannot be read. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}

/** @throws the signal's reason as soon as it is aborted */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller chose the reason
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
