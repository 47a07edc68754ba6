import {
  appendEach,
  type Appended,
  type AppendOutcome,
  EventStore,
  EventStoreError,
  type EventStoreErrorCode,
  type LogPage,
  type NewEvent,
  type Position,
  type RecordedEvent,
  type StreamAppend,
  type StreamPage,
  type SubscriptionPage,
  takeFirst,
} from '#application/ports';
import { checkSize } from '../append-size.ts';
import { AppendNews, deliverPages } from '../subscription.ts';

/**
 * What an append is told to do instead of working: fail with a code (surely not written, but for `outcome-unknown`
 * which may be either), or commit and then say that the outcome is unknown, or commit only when {@link
 * MemoryEventStore.commitLate} is called.
 */
export type AppendFailure = EventStoreErrorCode | 'commit-then-unknown' | 'commit-late';

/**
 * The event store in memory: the twin of the real adapters for rule tests and simulations. Several replicas may share
 * one. Keeps every promise of the port, and can be told to fail.
 */
export class MemoryEventStore extends EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #late: StreamAppend[] = [];
  readonly #news = new AppendNews();
  /** Decides about every append what goes wrong with it; undefined: nothing. */
  failAppend: (stream: string, events: readonly NewEvent[]) => AppendFailure | undefined = () => undefined;
  /** How many appends were written. */
  appends = 0;

  override appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    return appendEach(batches, (batch) => this.#append(batch));
  }

  /** Carries out the appends that were told to commit late; those that no longer fit are lost. */
  commitLate(): void {
    for (const { stream, expected, events } of this.#late.splice(0)) {
      if (this.#readHead(stream) === expected) this.#write(stream, expected, events);
    }
  }

  override readStream(stream: string, from: number, limit: number, characters?: number): Promise<StreamPage> {
    const events = this.#streams.get(stream) ?? [];
    const page = takeFirst(events.slice(from, from + limit), characters);
    return Promise.resolve({ events: page, head: events.length - 1 });
  }

  override readAll(after: Position, limit: number, characters?: number): Promise<LogPage> {
    const from = after === '' ? 0 : Number.parseInt(after, 16) + 1;
    const events = takeFirst(this.#log.slice(from, from + limit), characters);
    const position = events.at(-1)?.position ?? after;
    return Promise.resolve({ events, position, atEnd: from + events.length >= this.#log.length });
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const readAll = this.readAll.bind(this);
    return deliverPages({ readAll, news: this.#news }, after, deliver, signal);
  }

  async #append({ stream, expected, events }: StreamAppend): Promise<Appended> {
    const tooLarge = checkSize(events);
    if (tooLarge !== undefined) throw tooLarge;
    // Always in a later turn, as with a real store.
    await new Promise((resolve) => setImmediate(resolve));
    const error = this.failAppend(stream, events);
    if (error === 'commit-then-unknown') {
      this.#write(stream, expected, events);
      throw new EventStoreError('outcome-unknown', 'told to commit and not to say so');
    }
    if (error === 'commit-late') {
      this.#late.push({ stream, expected, events });
      throw new EventStoreError('outcome-unknown', 'told to commit later');
    }
    if (error !== undefined) throw new EventStoreError(error, 'told to fail');
    return this.#write(stream, expected, events);
  }

  #readHead(stream: string): number {
    return (this.#streams.get(stream)?.length ?? 0) - 1;
  }

  #write(stream: string, expected: number, events: readonly NewEvent[]): Appended {
    const stored = this.#streams.get(stream) ?? [];
    if (this.#readHead(stream) !== expected) return this.#sentAgain(stored, expected, events);
    for (const event of events) {
      const position = this.#log.length.toString(16).padStart(16, '0') as Position;
      const recorded = { ...event, stream, revision: stored.length, position, recordedAt: 0 };
      stored.push(recorded);
      this.#log.push(recorded);
    }
    this.#streams.set(stream, stored);
    this.appends += 1;
    this.#news.tell();
    return place(stored, expected + events.length);
  }

  /** The very same append sent again answers as the first did; any other is a conflict. */
  #sentAgain(stored: readonly RecordedEvent[], expected: number, events: readonly NewEvent[]): Appended {
    const same = events.every((event, index) => stored[expected + 1 + index]?.id === event.id);
    if (same) return place(stored, expected + events.length);
    const actual = stored.length - 1;
    throw new EventStoreError('revision-conflict', `expected ${String(expected)}, head ${String(actual)}`, { actual });
  }
}

function place(stored: readonly RecordedEvent[], revision: number): Appended {
  const last = stored[revision];
  if (last === undefined) throw new RangeError(`there is no revision ${String(revision)}`);
  return { revision, position: last.position };
}
