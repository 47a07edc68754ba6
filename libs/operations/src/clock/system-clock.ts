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
  #latest = 0;

  constructor(sources: ClockSources = systemSources) {
    super();
    this.#sources = sources;
    this.#distance = sources.wall() - sources.monotonic();
  }

  override now(): number {
    // A clock that is not believed must not raise the floor under later readings.
    if (this.unsure() !== undefined) return this.#latest;
    this.#latest = Math.max(this.#latest, Math.floor(this.#sources.wall()));
    return this.#latest;
  }

  override unsure(): string | undefined {
    const step = this.#sources.wall() - this.#sources.monotonic() - this.#distance;
    if (Math.abs(step) <= clockStepMaxMs) return undefined;
    return `the wall clock was set ${step > 0 ? 'ahead' : 'back'} by ${(Math.abs(step) / 1_000).toFixed(1)} s`;
  }
}
