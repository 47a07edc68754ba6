import { Clock } from '../ports/clock.ts';

/** How far the wall clock may step against the monotonic clock before it is no longer believed: 5 s. */
export const clockStepMaxMs = 5_000;

/**
 * How fast small corrections are got used to: 5 s in an hour, some three times as much as the kernel slews a clock. By so
 * much, and one step, a clock can creep away unnoticed where there is no reference.
 */
export const clockCorrectionsPerHourMs = 5_000;

const hourMs = 3_600_000;

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
 * somebody sets the wall clock. A step of more than {@link clockStepMaxMs} makes the clock untrusted until it is set back,
 * and so does a distance of more than {@link clockApartMaxMs} from a reference; readings never fall.
 *
 * A smaller step is believed and becomes part of the distance that later ones are judged by, but no faster than
 * {@link clockCorrectionsPerHourMs}: a second a day adds up to nothing, four seconds every second do.
 */
export class SystemClock extends Clock {
  readonly #sources: ClockSources;
  /** Between the two clocks, as far as it is got used to, in ms. */
  #distance: number;
  /** The monotonic clock when the distance was last looked at, and believed or not. */
  #readAt: number;
  /** How far the clock was ahead of each reference when they were last compared, in ms. */
  readonly #ahead = new Map<string, number>();
  #latest: number;

  constructor(sources: ClockSources = systemSources) {
    super();
    this.#sources = sources;
    const wall = sources.wall();
    this.#readAt = sources.monotonic();
    this.#distance = wall - this.#readAt;
    this.#latest = Math.floor(wall);
  }

  override now(): number {
    // One look at the wall clock: a second could see what the first did not.
    const wall = this.#sources.wall();
    // A clock that is not believed must not raise the floor under later readings.
    if (isBelieved(this.#findStep(wall))) this.#latest = Math.max(this.#latest, Math.floor(wall));
    return this.#latest;
  }

  override untrusted(): string | undefined {
    const step = this.#findStep(this.#sources.wall());
    if (!isBelieved(step)) return `the wall clock was set ${step > 0 ? 'ahead' : 'back'} by ${seconds(step)}`;
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

  /**
   * How far a reading of the wall clock is ahead of where it would be had nobody set it, in ms. A step that is not
   * believed is never got used to, however long it lasts.
   */
  #findStep(wall: number): number {
    const monotonic = this.#sources.monotonic();
    const step = wall - monotonic - this.#distance;
    const correctionMax = ((monotonic - this.#readAt) / hourMs) * clockCorrectionsPerHourMs;
    this.#readAt = monotonic;
    if (isBelieved(step)) this.#distance += Math.sign(step) * Math.min(Math.abs(step), correctionMax);
    return step;
  }
}

function isBelieved(step: number): boolean {
  return Math.abs(step) <= clockStepMaxMs;
}

function seconds(ms: number): string {
  return `${(Math.abs(ms) / 1_000).toFixed(1)} s`;
}
