import type { EventStore } from '#application';

/** How often the store is asked whether it is there, in ms. */
const probedEveryMs = 1_000;

/** How long it may give no answer before this process should be sent no work, in ms. */
const silentMaxMs = 5_000;

/** A stream that is small and always read quickly, whether it exists or not. */
const probedStream = 'keys';

/** Asks an event store elsewhere, again and again, whether it can be read. */
export class StoreProbe {
  readonly #store: EventStore;
  #timer: NodeJS.Timeout | undefined;
  #answeredAt = performance.now();
  #asking = false;
  #trouble = '';

  constructor(store: EventStore) {
    this.#store = store;
  }

  start(): void {
    this.#answeredAt = performance.now();
    this.#timer = setInterval(() => {
      if (!this.#asking) void this.#ask();
    }, probedEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Why no work should be sent; undefined while the store answers. */
  get error(): string | undefined {
    const silentMs = performance.now() - this.#answeredAt;
    if (silentMs <= silentMaxMs) return undefined;
    return `the event store has not answered for ${(silentMs / 1_000).toFixed(0)} s ${this.#trouble}`.trimEnd();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      await this.#store.readStream(probedStream, 0, 1);
      this.#answeredAt = performance.now();
      this.#trouble = '';
    } catch (error) {
      this.#trouble = `(${String(error)})`;
    } finally {
      this.#asking = false;
    }
  }
}
