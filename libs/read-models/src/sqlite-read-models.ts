import type { EventStore, IdIndex, ReadModels, Snapshots } from '#application/ports';
import type { Feed } from './feed/feed.ts';
import type { LogReaderSource } from './feed/log-reader.ts';
import { StoreFeed } from './feed/store-feed.ts';
import { ThreadFeed } from './feed/thread-feed.ts';
import { AccountNumbers } from './file/account-numbers.ts';
import { inMemory, isDamage, openReader, openWriter } from './file/database.ts';
import { type ParkedEvent, parkedEvents } from './file/parked.ts';
import {
  discardFile,
  type HashAt,
  hashInStore,
  markDamaged,
  prepareFile,
  prepareTables,
  takeReadModelsFile,
} from './file/read-models-file.ts';
import { ReadWindow } from './file/read-window.ts';
import { SqliteIdIndex } from './id-index/sqlite-id-index.ts';
import { pollIntervalMs as pollIntervalDefaultMs } from './limits.ts';
import { SqliteLists } from './projections/sqlite-lists.ts';
import { SqliteSnapshots } from './snapshots/sqlite-snapshots.ts';

export interface ReadModelsOptions {
  /** Where the read model files are; the first that no other process has is taken. */
  readonly directory: string;
  readonly reader: LogReaderSource;
  /** Tells whether the read model file belongs to this store. */
  readonly hashAt: HashAt;
  /** How often the read models look for new events when nobody wakes them, in ms. */
  readonly pollIntervalMs?: number;
  /** Is told why a store elsewhere is not heard, whenever that changes. */
  readonly onTrouble?: (trouble: string) => void;
}

/** The read models in a SQLite file that can be deleted at any time: lists, id index and snapshots over one reader. */
export class SqliteReadModels {
  readonly lists: ReadModels;
  readonly idIndex: IdIndex;
  readonly snapshots: Snapshots;
  /** The read model file, for those who read it by a connection of their own. */
  readonly file: string;
  readonly #feed: Feed;
  readonly #window: ReadWindow;
  readonly #shut: () => Promise<void>;
  #closed: Promise<void> | undefined;

  private constructor(file: string, feed: Feed, window: ReadWindow, shut: () => Promise<void>) {
    const { board } = feed;
    this.file = file;
    board.beforeAdvance = () => {
      window.close();
    };
    board.whenDamaged = () => {
      if (file !== inMemory) markDamaged(file);
    };
    window.failed = (error) => {
      board.failed(String(error), isDamage(error));
    };
    const accounts = new AccountNumbers(window);
    this.lists = new SqliteLists(window, accounts, () => board.progress);
    this.idIndex = new SqliteIdIndex(
      window,
      accounts,
      () => board.progress.position,
      () => feed.filter,
    );
    this.snapshots = new SqliteSnapshots(window, accounts, (snapshot) => {
      feed.keep(snapshot);
    });
    this.#feed = feed;
    this.#window = window;
    this.#shut = shut;
  }

  /** Read models that a thread of their own fills, with a log reader of its own. Rejects if the store cannot be asked. */
  static async open(options: ReadModelsOptions): Promise<SqliteReadModels> {
    const { hashAt, pollIntervalMs = pollIntervalDefaultMs, onTrouble = () => undefined } = options;
    const { module, options: readerOptions } = options.reader;
    const taken = takeReadModelsFile(options.directory);
    const { file } = taken;
    try {
      const checkpoint = await prepareFile(file, hashAt);
      const window = new ReadWindow(openReader(file), true);
      const feed = new ThreadFeed({ file, pollIntervalMs, module, options: readerOptions }, checkpoint, onTrouble);
      return new SqliteReadModels(file, feed, window, async () => {
        // The writer closes last: only it can fold the write-ahead log back into the file.
        window.close();
        window.database.close();
        await feed.close();
        if (feed.board.isDamaged) discardFile(file);
        taken.release();
      });
    } catch (error) {
      taken.release();
      throw error;
    }
  }

  /** Read models that this thread fills. The file is the caller's alone; `:memory:` keeps nothing. */
  static async inProcess(file: string, store: EventStore): Promise<SqliteReadModels> {
    if (file !== inMemory) await prepareFile(file, hashInStore(store));
    const writer = openWriter(file);
    prepareTables(writer);
    const shared = file === inMemory;
    const window = new ReadWindow(shared ? writer : openReader(file), !shared);
    const feed = new StoreFeed(writer, store);
    return new SqliteReadModels(file, feed, window, async () => {
      window.close();
      if (!shared) window.database.close();
      await feed.close();
      writer.close();
      if (feed.board.isDamaged && !shared) discardFile(file);
    });
  }

  /** Resolves when the read models have reached the log's end once; rejects if they stop before, or if their file is damaged. */
  ready(): Promise<void> {
    return this.#feed.board.reached();
  }

  /** How long the read models have heard nothing of a store that is elsewhere, in ms; 0 for one at hand. */
  get quietMs(): number {
    return this.#feed.board.quietMs;
  }

  /** Something was appended to the store. Costs nothing if the read models are at work anyway. */
  wake(): void {
    this.#feed.wake();
  }

  /** The events that took their accounts out of service here, in the store's order; at most `limit`. */
  parked(limit: number): readonly ParkedEvent[] {
    return this.#window.read(() => parkedEvents(this.#window.database, limit));
  }

  /** Finishes the page at hand and closes the file; nothing can be looked up any more. */
  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }
}
