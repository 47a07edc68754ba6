import { Clock } from '../ports/clock.ts';

/** How far the wall clock may step against the monotonic clock before it is no longer believed: 5 s. */
export const clockStepMaxMs = 5_000;

/** Where a clock gets its readings, in ms. */
export interface ClockSources {
  /** Since 1970; can be set by anybody, at any time. */
  readonly wall: () => number;
  /** Since some moment; runs evenly, cannot be set. */
  readonly monotonic: () => number;
}

const systemSources: ClockSources = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * The wall clock, watched: the kernel slews wall and monotonic clock alike, so their distance changes only when
 * somebody sets the wall clock. A step of more than {@link clockStepMaxMs} since the start makes the clock unsure until
 * it is set back; readings never fall.
 */
export class SystemClock extends Clock {
  readonly #sources: ClockSources;
  readonly #distance: number;
  #latest: number;

  constructor(sources: ClockSources = systemSources) {
    super();
    this.#sources = sources;
    const wall = sources.wall();
    this.#distance = wall - sources.monotonic();
    this.#latest = Math.floor(wall);
  }

  override now(): number {
    // One look at the wall clock: a second could see what the first did not.
    const wall = this.#sources.wall();
    // A clock that is not believed must not raise the floor under later readings.
    if (this.#isBelieved(this.#stepOf(wall))) this.#latest = Math.max(this.#latest, Math.floor(wall));
    return this.#latest;
  }

  override unsure(): string | undefined {
    const step = this.#stepOf(this.#sources.wall());
    if (this.#isBelieved(step)) return undefined;
    return `the wall clock was set ${step > 0 ? 'ahead' : 'back'} by ${(Math.abs(step) / 1_000).toFixed(1)} s`;
  }

  /** How far a reading of the wall clock is ahead of where it would be had nobody set it, in ms. */
  #stepOf(wall: number): number {
    return wall - this.#sources.monotonic() - this.#distance;
  }

  #isBelieved(step: number): boolean {
    return Math.abs(step) <= clockStepMaxMs;
  }
}
