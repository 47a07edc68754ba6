import { type AppendOutcome, EventStore, type LogPage, type StreamPage } from '#application/ports';

/** Two stores on one file as one: each call goes to the one that the call before did not go to. */
export class AlternatingStore<Store extends EventStore> extends EventStore {
  readonly stores: readonly [Store, Store];
  #calls = 0;

  constructor(stores: readonly [Store, Store]) {
    super();
    this.stores = stores;
  }

  override appendAll(...batches: Parameters<EventStore['appendAll']>): Promise<readonly AppendOutcome[]> {
    return this.#next().appendAll(...batches);
  }

  override readStream(...read: Parameters<EventStore['readStream']>): Promise<StreamPage> {
    return this.#next().readStream(...read);
  }

  override readAll(...read: Parameters<EventStore['readAll']>): Promise<LogPage> {
    return this.#next().readAll(...read);
  }

  override subscribe(...subscription: Parameters<EventStore['subscribe']>): Promise<void> {
    return this.#next().subscribe(...subscription);
  }

  #next(): Store {
    this.#calls += 1;
    return this.stores[this.#calls % 2 === 0 ? 0 : 1];
  }
}
