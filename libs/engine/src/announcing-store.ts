import {
  EventStore,
  type Appended,
  type LogPage,
  type NewEvent,
  type Position,
  type StreamPage,
  type SubscriptionPage,
} from '#operations/ports';

/** A store that tells of every append, so that the views need not wait for their next look. */
export class AnnouncingStore extends EventStore {
  readonly #store: EventStore;
  readonly #announce: () => void;

  constructor(store: EventStore, announce: () => void) {
    super();
    this.#store = store;
    this.#announce = announce;
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const appended = this.#store.append(stream, expected, events);
    appended.then(this.#announce, () => undefined);
    return appended;
  }

  override readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    return this.#store.readStream(stream, from, limit);
  }

  override readAll(after: Position, limit: number): Promise<LogPage> {
    return this.#store.readAll(after, limit);
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#store.subscribe(after, deliver, signal);
  }
}
