import { type Appended, type EventStore, eventStoreErrorCode, measureAhead, type SystemClock } from '#application';

/** Most often that the store's time is looked at, in ms: it costs one read. */
const readEveryMs = 5_000;

/** KurrentDB's client gives the time of an event that it reads in whole seconds. */
const resolutionMs = 1_000;

/**
 * Compares the clock of this process with that of an event store elsewhere, which writes down when it recorded an event:
 * that must lie between the moments in which the append was sent and answered.
 */
export class StoreTime {
  readonly #store: EventStore;
  readonly #clock: SystemClock;
  /** Streams with an append that may have been written before it was, or will be, sent again, however much later. */
  readonly #inDoubt = new Set<string>();
  #nextAt = 0;

  constructor(store: EventStore, clock: SystemClock) {
    this.#store = store;
    this.#clock = clock;
  }

  appended(stream: string, { revision }: Appended, askedAt: number): void {
    if (this.#inDoubt.delete(stream)) return;
    const now = performance.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + readEveryMs;
    void this.#compare(stream, revision, askedAt, Date.now());
  }

  /** What ran into another process's append was surely not written, and is not sent again. */
  failed(stream: string, error: unknown): void {
    if (eventStoreErrorCode(error) === 'revision-conflict') this.#inDoubt.delete(stream);
    else this.#inDoubt.add(stream);
  }

  async #compare(stream: string, revision: number, askedAt: number, answeredAt: number): Promise<void> {
    try {
      const { events } = await this.#store.readStream(stream, revision, 1);
      const recordedAt = events[0]?.recordedAt;
      if (recordedAt === undefined) return;
      this.#clock.refer('the event store', measureAhead(recordedAt, askedAt, answeredAt, resolutionMs));
    } catch {
      // A store that cannot be read is noticed by all others.
    }
  }
}
