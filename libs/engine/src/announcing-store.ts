import {
  type Appended,
  type AppendOutcome,
  EventStore,
  type LogPage,
  type Position,
  type StreamAppend,
  type StreamPage,
  type SubscriptionPage,
} from '#application';

/** What a store tells of its appends. */
export interface Announcements {
  /** Something was written, or had been by an earlier try. */
  readonly appended: (stream: string, appended: Appended, askedAt: number) => void;
  /** It could not be, or is not known to be. */
  readonly failed: (stream: string, error: unknown) => void;
}

/** A store that tells of every append. `askedAt` is the wall clock before it, ms since 1970. */
export class AnnouncingStore extends EventStore {
  readonly #store: EventStore;
  readonly #announcements: Announcements;

  constructor(store: EventStore, announcements: Announcements) {
    super();
    this.#store = store;
    this.#announcements = announcements;
  }

  override async appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const askedAt = Date.now();
    const outcomes = await this.#store.appendAll(batches);
    for (const [index, { stream }] of batches.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === 'appended') this.#announcements.appended(stream, outcome.appended, askedAt);
      else this.#announcements.failed(stream, outcome?.cause);
    }
    return outcomes;
  }

  override readStream(stream: string, from: number, limit: number, characters?: number): Promise<StreamPage> {
    return this.#store.readStream(stream, from, limit, characters);
  }

  override readAll(after: Position, limit: number, characters?: number): Promise<LogPage> {
    return this.#store.readAll(after, limit, characters);
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#store.subscribe(after, deliver, signal);
  }
}
