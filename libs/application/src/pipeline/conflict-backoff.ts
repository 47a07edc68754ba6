import type { LaneLimits } from '../limits.ts';

/**
 * How a lane makes way where other processes write to its account too. Who lost waits a little before the next try, the
 * longer the more often it was in vain. Who won without a lease waits a little before the next batch as well: it knows
 * the head of the stream at once, while the others have yet to read it, and would win for ever.
 */
export class ConflictBackoff {
  readonly #limits: LaneLimits;
  /** By the monotonic clock, ms; 0: nobody else has written. */
  #contendedUntil = 0;
  #pauseUntil = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  /**
   * Another process wrote first. The second try of a batch is made at once: where requests go to the processes in turn,
   * each finds what another wrote, and that says nothing.
   *
   * @param tries how often the batch at hand was decided in vain.
   */
  lost(tries: number): void {
    const { contendedMs, conflictPauseMs, conflictPauseMaxMs } = this.#limits;
    const now = performance.now();
    this.#contendedUntil = now + contendedMs;
    if (tries > 1)
      this.#pauseUntil = now + Math.random() * Math.min(conflictPauseMaxMs, conflictPauseMs * 2 ** (tries - 2));
  }

  /** A batch is written. @param holdsLease others wait for their turn already. */
  won(holdsLease: boolean): void {
    if (this.#contendedUntil === 0 || holdsLease) return;
    const now = performance.now();
    if (now < this.#contendedUntil) this.#pauseUntil = now + Math.random() * this.#limits.makeRoomMaxMs;
    else this.#contendedUntil = 0;
  }

  /** How long the next batch has to wait from now on, in ms. */
  pauseMs(): number {
    return this.#pauseUntil === 0 ? 0 : Math.max(0, this.#pauseUntil - performance.now());
  }
}
