import { type EventStore, eventStoreErrorCode, type RecordedEvent } from '#application/ports';
import { chainHash, chainStart, eventIdFromHash } from '#domain';

/** Who caused an event, as it is stored beside it. */
export interface Cause {
  readonly actor: string;
  readonly correlationId: string;
}

export interface OwnEvent {
  readonly type: string;
  readonly data: object;
}

/** Most events read at once. */
const readPageMax = 1_000;

/** How often an append is tried again because another process appended first. */
const conflictTriesMax = 5;

/** One stream of the ledger itself, read forward and appended to by every process: of several that append one wins. */
export class OwnStream {
  readonly name: string;
  readonly #store: EventStore;
  readonly #fold: (event: RecordedEvent) => void;
  readonly #onFatalStoreError: (cause: unknown) => void;
  #revision = -1;
  #hash = chainStart;

  /**
   * @param fold takes each event once, in order.
   * @param onFatalStoreError the store must not be written to any more: the process has to end.
   */
  constructor(
    name: string,
    store: EventStore,
    fold: (event: RecordedEvent) => void,
    onFatalStoreError: (cause: unknown) => void,
  ) {
    this.name = name;
    this.#store = store;
    this.#fold = fold;
    this.#onFatalStoreError = onFatalStoreError;
  }

  /** Reads what was written since the last time. */
  async refresh(): Promise<void> {
    for (;;) {
      const { events, head } = await this.#store.readStream(this.name, this.#revision + 1, readPageMax);
      for (const event of events) {
        // Another read, asked for later, may have been answered earlier.
        if (event.revision <= this.#revision) continue;
        this.#fold(event);
        this.#revision = event.revision;
        this.#hash = event.hash;
      }
      if (events.length === 0 || this.#revision >= head) return;
    }
  }

  /**
   * Appends what `decide` says on the newest state; nothing if it says undefined.
   *
   * @throws EventStoreError if the store does not take it, or others append all the time.
   */
  async append(decide: () => OwnEvent | undefined, cause: Cause): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      await this.refresh();
      const event = decide();
      if (event === undefined) return;
      try {
        await this.#append(event, cause);
        await this.refresh();
        return;
      } catch (error) {
        const code = eventStoreErrorCode(error);
        if (code === 'store-broken') this.#onFatalStoreError(error);
        if (code !== 'revision-conflict' || attempt >= conflictTriesMax) throw error;
      }
    }
  }

  async #append({ type, data }: OwnEvent, { actor, correlationId }: Cause): Promise<void> {
    const text = JSON.stringify(data);
    const metadata = JSON.stringify({ actor, correlationId });
    const hash = chainHash(this.#hash, this.name, this.#revision + 1, type, text, metadata);
    await this.#store.append(this.name, this.#revision, [
      { id: eventIdFromHash(hash), type, data: text, metadata, hash },
    ]);
  }
}
