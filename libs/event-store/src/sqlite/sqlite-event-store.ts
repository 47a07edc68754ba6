import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  EventStore,
  EventStoreError,
  type Appended,
  type LogPage,
  type NewEvent,
  type Position,
  type StreamPage,
  type SubscriptionPage,
} from '#operations/ports';
import { appendBytes, sizeFault } from '../append-size.ts';
import { AppendNews, deliverPages } from '../subscription.ts';
import { LogReader } from './log-reader.ts';
import { takePresence, type Presence } from './presence.ts';
import { ReadOnlyEventStore } from './read-only-event-store.ts';
import { WriterThread } from './writer-thread.ts';

/**
 * The event store in one SQLite file, with one writer in a thread of its own. Appends that arrive while a group is being
 * written form the next group, which is one transaction with one fsync. Reads happen on the calling thread.
 */
export class SqliteEventStore extends EventStore {
  readonly #presence: Presence;
  readonly #writer: WriterThread;
  readonly #reader: LogReader;
  readonly #news: AppendNews;
  #closed: Promise<void> | undefined;

  private constructor(presence: Presence, writer: WriterThread, reader: LogReader, news: AppendNews) {
    super();
    this.#presence = presence;
    this.#writer = writer;
    this.#reader = reader;
    this.#news = news;
  }

  /**
   * Opens the store as its one writer, making the file and its folder if they are missing. One folder has one store.
   *
   * @throws StoreInUse if it is open for writing already, here or in another process; Error if the file is of another
   *   schema version or cannot be made durable.
   */
  static async open(file: string): Promise<SqliteEventStore> {
    const folder = dirname(file);
    mkdirSync(folder, { recursive: true });
    const presence = takePresence(folder);
    const news = new AppendNews();
    let writer: WriterThread | undefined;
    try {
      writer = await WriterThread.start(file, () => {
        news.tell();
      });
      return new SqliteEventStore(presence, writer, LogReader.open(file), news);
    } catch (error) {
      await writer?.close();
      presence.release();
      throw error;
    }
  }

  /**
   * Opens a store that exists for reading only, beside its writer or without one.
   *
   * @throws Error if the file is missing or of another schema version.
   */
  static openReadOnly(file: string): ReadOnlyEventStore {
    return new ReadOnlyEventStore(LogReader.open(file));
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const bytes = appendBytes(events);
    const tooLarge = sizeFault(events.length, bytes);
    if (tooLarge !== undefined) return Promise.reject(tooLarge);
    const text = JSON.stringify(
      events.map(({ id, type, data, metadata, hash }) => ({ id, type, data, metadata, hash })),
    );
    return this.#writer.append({ stream, expected, count: events.length, events: text }, bytes);
  }

  override readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    return read(() => this.#reader.readStream(stream, from, limit));
  }

  override readAll(after: Position, limit: number): Promise<LogPage> {
    return read(() => this.#reader.readAll(after, limit));
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const readAll = this.readAll.bind(this);
    return deliverPages({ readAll, news: this.#news }, after, deliver, signal);
  }

  /** Waits for the appends that are under way, then closes the file and lets others write it. */
  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  async #shut(): Promise<void> {
    // The writer closes last: only it can fold the write-ahead log back into the file.
    this.#reader.close();
    await this.#writer.close();
    this.#presence.release();
  }
}

/** The engine's own errors mean nothing to the ledger, and say nothing against a history. */
async function read<Page>(page: () => Page): Promise<Page> {
  await Promise.resolve();
  try {
    return page();
  } catch (cause) {
    throw new EventStoreError('store-unavailable', 'the event store cannot be read', { cause });
  }
}
