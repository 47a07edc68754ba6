import { failuresInRowMax } from './limits.ts';

/**
 * How many requests an endpoint is sent at once. One that fails again and again is asked by one request at a time; when it
 * takes events again each of them allows one request more, so that what has waited through an outage does not come down on
 * it all at once. What it asks for with `Retry-After` holds for all its accounts.
 */
export class Pace {
  readonly #requestsMax: number;
  #allowed: number;
  #failuresInRow = 0;
  #restsUntil = 0;

  /** @param requestsMax most at once. @param failing it took nothing when it was last sent to. */
  constructor(requestsMax: number, failing: boolean) {
    this.#requestsMax = requestsMax;
    this.#allowed = failing ? 1 : requestsMax;
  }

  /** Nothing is to be sent before this time, ms since 1970. */
  get restsUntil(): number {
    return this.#restsUntil;
  }

  /** Requests that may be under way at once; 0 while the endpoint is left alone. @param now ms since 1970. */
  requestsAt(now: number): number {
    return now < this.#restsUntil ? 0 : this.#allowed;
  }

  delivered(): void {
    this.#failuresInRow = 0;
    this.#allowed = Math.min(this.#allowed + 1, this.#requestsMax);
  }

  /** @param restsUntil until when the endpoint asked to be left alone, ms since 1970. */
  failed(restsUntil: number): void {
    this.#failuresInRow += 1;
    if (this.#failuresInRow >= failuresInRowMax) this.#allowed = 1;
    this.#restsUntil = Math.max(this.#restsUntil, restsUntil);
  }
}
