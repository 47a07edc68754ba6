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

/** How far the clock may be from one that this process shares with others before it is no longer believed: 5 s. */
export const clockApartMaxMs = 5_000;

/**
 * The wall clock, watched: the kernel slews wall and monotonic clock alike, so their distance changes only when
 * somebody sets the wall clock. A step of more than {@link clockStepMaxMs} since the start makes the clock unsure until
 * it is set back, and so does a distance of more than {@link clockApartMaxMs} from a reference; readings never fall.
 */
export class SystemClock extends Clock {
  readonly #sources: ClockSources;
  readonly #distance: number;
  /** How far the clock was ahead of each reference when they were last compared, in ms. */
  readonly #ahead = new Map<string, number>();
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
    if (!this.#isBelieved(step)) return `the wall clock was set ${step > 0 ? 'ahead' : 'back'} by ${seconds(step)}`;
    for (const [reference, ahead] of this.#ahead) {
      if (Math.abs(ahead) <= clockApartMaxMs) continue;
      return `the wall clock is ${seconds(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} that of ${reference}`;
    }
    return undefined;
  }

  /** Both clocks at this moment, as they are. */
  reading(): { readonly wall: number; readonly monotonic: number } {
    return { wall: this.#sources.wall(), monotonic: this.#sources.monotonic() };
  }

  /**
   * The clock was compared with a reference. What was found stays true while that cannot be asked again: the clock is
   * watched for steps.
   *
   * @param aheadMs how far the clock is ahead of it; negative: behind.
   */
  refer(reference: string, aheadMs: number): void {
    this.#ahead.set(reference, aheadMs);
  }

  /** The largest distance from a reference, in ms; 0 without any. */
  get apartMs(): number {
    return Math.max(0, ...[...this.#ahead.values()].map(Math.abs));
  }

  /** How far a reading of the wall clock is ahead of where it would be had nobody set it, in ms. */
  #stepOf(wall: number): number {
    return wall - this.#sources.monotonic() - this.#distance;
  }

  #isBelieved(step: number): boolean {
    return Math.abs(step) <= clockStepMaxMs;
  }
}

function seconds(ms: number): string {
  return `${(Math.abs(ms) / 1_000).toFixed(1)} s`;
}
