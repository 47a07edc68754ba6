import { setTimeout as pause } from 'node:timers/promises';
import {
  type AppendOutcome,
  EventStore,
  EventStoreError,
  failedAppend,
  type LogPage,
  type Position,
  type StreamAppend,
  type StreamPage,
  type SubscriptionPage,
} from '#application/ports';
import { deliverPages, type News } from '../subscription.ts';
import type { LogReader } from './log-reader.ts';

/** How often a subscription looks for what another process has appended, in ms. */
const pollIntervalMs = 100;

/** Nobody tells: there is as much news as looks. */
const polls: News = {
  count: 0,
  after: (_count, signal) => pause(pollIntervalMs, undefined, { signal }).catch(() => undefined),
};

/** A store on SQLite that another process may be writing: everything can be read, nothing appended. */
export class ReadOnlyEventStore extends EventStore {
  readonly #reader: LogReader;

  constructor(reader: LogReader) {
    super();
    this.#reader = reader;
  }

  /** Always `unavailable`. */
  override appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const refusal = failedAppend(new EventStoreError('store-unavailable', 'the store is open for reading only'));
    return Promise.resolve(batches.map(() => refusal));
  }

  override readStream(stream: string, from: number, limit: number, characters?: number): Promise<StreamPage> {
    return Promise.resolve().then(() => this.#reader.readStream(stream, from, limit, characters));
  }

  override readAll(after: Position, limit: number, characters?: number): Promise<LogPage> {
    return Promise.resolve().then(() => this.#reader.readAll(after, limit, characters));
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const readAll = this.readAll.bind(this);
    return deliverPages({ readAll, news: polls }, after, deliver, signal);
  }

  close(): void {
    this.#reader.close();
  }
}
