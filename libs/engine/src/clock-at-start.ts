import type { KeyRegistry, SystemClock } from '#application';
import type { Config } from '#runtime';
import { CannotStart } from './cannot-start.ts';

/** How far the clock may be behind the newest stored event at the start: 5 s. */
const clockBehindMaxMs = 5_000;

/** Money must not be decided on by a clock that is known to be wrong. @throws CannotStart */
export function checkClock(config: Config, clock: SystemClock, newestEventAt: number): void {
  const behindMs = newestEventAt - clock.now();
  if (behindMs <= clockBehindMaxMs || config.acceptClockBehind) return;
  throw new CannotStart(
    `the clock is ${(behindMs / 1_000).toFixed(0)} s behind the newest stored event ` +
      `(${new Date(newestEventAt).toISOString()}): set it right; or, if it was wrong then, start once with ` +
      'HOLDFAST_ACCEPT_CLOCK_BEHIND=true',
  );
}

/** The read models know of accounts only. */
export function newestKeyEventAt(keys: KeyRegistry): number {
  return Math.max(0, ...keys.list().flatMap(({ at, revokedAt }) => [at, revokedAt ?? 0]));
}
