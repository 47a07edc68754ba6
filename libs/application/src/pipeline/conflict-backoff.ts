import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { LaneLimits } from '../limits.ts';

/**
 * How a lane makes way where other processes write to its account too. Who lost waits a little before the next try, the
 * longer the more often it was in vain. Who won without a lease waits a little before the next batch as well: it knows
 * the head of the stream at once, while the others have yet to read it, and would win for ever.
 */
export class ConflictBackoff {
  readonly #limits: LaneLimits;
  /** By the monotonic clock, ms. */
  #contendedUntil = 0;
  #roomUntil = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  /** Another process wrote first. */
  lost(): void {
    this.#contendedUntil = performance.now() + this.#limits.contendedMs;
  }

  /** A batch is written. @param holdsLease others wait for their turn already. */
  won(holdsLease: boolean): void {
    const now = performance.now();
    if (!holdsLease && now < this.#contendedUntil) this.#roomUntil = now + Math.random() * this.#limits.makeRoomMaxMs;
  }

  /**
   * Undefined: go on at once. So does the second try of a batch: where requests go to the processes in turn, each finds
   * what another wrote, and that says nothing.
   *
   * @param tries how often the batch at hand was decided in vain.
   */
  pauseBefore(tries: number): Promise<unknown> | undefined {
    if (tries === 1) return nextTurn();
    const ms = tries === 0 ? this.#roomUntil - performance.now() : this.#afterTries(tries);
    return ms > 0 ? pause(ms) : undefined;
  }

  #afterTries(tries: number): number {
    const { conflictPauseMs, conflictPauseMaxMs } = this.#limits;
    return Math.random() * Math.min(conflictPauseMaxMs, conflictPauseMs * 2 ** (tries - 2));
  }
}
