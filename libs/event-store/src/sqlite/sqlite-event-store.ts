import { statSync } from 'node:fs';
import { dirname } from 'node:path';
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
import { makePrivateFolder } from '#files';
import { checkSize } from '../append-size.ts';
import { AppendNews, deliverPages } from '../subscription.ts';
import { assertRestored } from '../unfinished-restore.ts';
import { LogReader } from './log-reader.ts';
import { type Presence, takePresence } from './presence.ts';
import { ReadOnlyEventStore } from './read-only-event-store.ts';
import { watchFile } from './watch-file.ts';
import { WriterThread } from './writer-thread.ts';

export interface SqliteEventStoreOptions {
  /** Other processes of this host may write the file too; each of them must say so. The default is no. */
  readonly shared?: boolean;
  /**
   * Called after every group of appends and, with `shared`, soon after another process has appended, e.g. to wake what
   * follows the log. It may be called more often than there is something new, and must cost little.
   */
  readonly appended?: () => void;
  /**
   * Called when a file of the store was taken away, or cannot be trusted any more, though nobody has just appended: the
   * process has to end. An append of that moment is rejected with `store-broken` besides.
   */
  readonly broke?: (cause: EventStoreError) => void;
}

/**
 * The event store in one SQLite file, with a writer in a thread of its own. Appends that arrive while a group is being
 * written form the next group, which is one transaction with one fsync. Reads happen on the calling thread.
 */
export class SqliteEventStore extends EventStore {
  readonly #file: string;
  readonly #presence: Presence;
  readonly #writer: WriterThread;
  readonly #reader: LogReader;
  readonly #news: AppendNews;
  #unwatch: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(file: string, presence: Presence, writer: WriterThread, reader: LogReader, news: AppendNews) {
    super();
    this.#file = file;
    this.#presence = presence;
    this.#writer = writer;
    this.#reader = reader;
    this.#news = news;
  }

  /**
   * Opens the store for writing, making the file and its folder if they are missing. One folder has one store.
   *
   * @throws RestoreUnfinished if a restore into the folder was interrupted; StoreInUse if it is open for writing already, here or in another process, unless all share it; Error if the
   *   file is of another schema version or cannot be made durable.
   */
  static async open(file: string, options: SqliteEventStoreOptions = {}): Promise<SqliteEventStore> {
    const { shared = false, appended = () => undefined, broke = () => undefined } = options;
    const folder = dirname(file);
    makePrivateFolder(folder);
    const presence = takePresence(folder, shared ? 'shared' : 'alone');
    const news = new AppendNews();
    let writer: WriterThread | undefined;
    try {
      // With the presence: a restore has it until it has ended.
      assertRestored(folder);
      const listener = {
        appended: () => {
          news.tell();
          appended();
        },
        broke,
      };
      writer = await WriterThread.start({ file, shared }, listener);
      const store = new SqliteEventStore(file, presence, writer, LogReader.open(file), news);
      if (shared) store.#watch(appended);
      return store;
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

  /** Why nothing can be written at present; undefined while it can be. Noticed within seconds, also when nobody appends. */
  get trouble(): string | undefined {
    return this.#writer.trouble;
  }

  /**
   * Size of the write-ahead log, in bytes. It is about 12 MB, and at most 49 MB, unless somebody reads the file at one moment
   * for long, as a backup does: then it grows by what is written meanwhile.
   */
  get writeAheadLogBytes(): number {
    return statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** What is appended together is one transaction with one fsync, unless it is more than one group may have. */
  override appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = [];
    let unanswered = batches.length;
    if (unanswered === 0) return Promise.resolve(outcomes);
    return new Promise((resolve) => {
      for (const [index, batch] of batches.entries()) {
        this.#append(batch, (outcome) => {
          outcomes[index] = outcome;
          unanswered -= 1;
          if (unanswered === 0) resolve(outcomes);
        });
      }
      this.#writer.send();
    });
  }

  override readStream(stream: string, from: number, limit: number, characters?: number): Promise<StreamPage> {
    return read(() => this.#reader.readStream(stream, from, limit, characters));
  }

  override readAll(after: Position, limit: number, characters?: number): Promise<LogPage> {
    return read(() => this.#reader.readAll(after, limit, characters));
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const readAll = this.readAll.bind(this);
    return deliverPages({ readAll, news: this.#news }, after, deliver, signal);
  }

  /** Waits for the appends that are under way, then closes the file and lets others write it alone. */
  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  #append(append: StreamAppend, answer: (outcome: AppendOutcome) => void): void {
    try {
      const tooLarge = checkSize(append.events);
      if (tooLarge !== undefined) throw tooLarge;
      this.#writer.append(append, answer);
    } catch (error) {
      answer(failedAppend(error));
    }
  }

  #watch(appended: () => void): void {
    this.#unwatch = watchFile(this.#reader, () => {
      this.#news.tell();
      appended();
    });
  }

  async #shut(): Promise<void> {
    this.#unwatch?.();
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
