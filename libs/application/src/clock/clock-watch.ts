import type { TimeReference } from '../ports/clock.ts';
import type { SystemClock } from './system-clock.ts';

/** How often a clock is compared with its references, in ms. */
const comparedEveryMs = 1_000;

/** An answer that took longer than this says too little about the time, in ms. */
const answerMaxMs = 1_000;

/** Compares the clock of this process with one that it shares with others, again and again. */
export class ClockWatch {
  readonly #clock: SystemClock;
  readonly #reference: TimeReference;
  #timer: NodeJS.Timeout | undefined;
  #comparing: Promise<void> | undefined;

  constructor(clock: SystemClock, reference: TimeReference) {
    this.#clock = clock;
    this.#reference = reference;
  }

  /** Resolves when the clock was compared once, or the reference could not be asked. */
  async start(everyMs = comparedEveryMs): Promise<void> {
    this.#timer = setInterval(() => {
      this.#comparing ??= this.compare().finally(() => {
        this.#comparing = undefined;
      });
    }, everyMs);
    this.#timer.unref();
    await this.compare();
  }

  /** The request takes time. Within it the clocks count as equal. */
  async compare(): Promise<void> {
    const asked = this.#clock.reading();
    const time = await this.#reference.time();
    if (time === undefined) return;
    const answered = this.#clock.reading();
    if (answered.monotonic - asked.monotonic > answerMaxMs) return;
    this.#clock.refer(this.#reference.name, measureAhead(time, asked.wall, answered.wall));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#comparing;
  }
}

/**
 * How far a clock is ahead of another, in ms: negative if it is behind, 0 if the other's time may lie between two of its
 * own readings.
 *
 * @param resolutionMs the other's time was cut off to multiples of so much.
 */
export function measureAhead(time: number, earlier: number, later: number, resolutionMs = 1): number {
  const latest = time + resolutionMs - 1;
  if (latest < earlier) return earlier - latest;
  return time > later ? later - time : 0;
}
