import { join } from 'node:path';
import { type EventStore, groupLimits, type LaneLimits } from '#application';
import {
  KurrentDbEventStore,
  kurrentDbLogReader,
  type LogReaderSource,
  SqliteEventStore,
  sqliteLogReader,
} from '#event-store';
import type { Config, Logger } from '#runtime';

/** The event store of the configuration. */
export interface OpenedStore {
  readonly store: EventStore;
  /** How the read models' thread reads its log. */
  readonly reader: LogReaderSource;
  /** It is on another machine, or may be: it can be away, and has a clock of its own. */
  readonly remote: boolean;
  /** How appends go to it. */
  readonly groups: Pick<LaneLimits, 'groupsAtOnceMax' | 'groupAccountsMax'>;
  /** No other process writes to it. */
  readonly soleWriter: boolean;
  /** Calls back when something was written, here or by another process of this machine. To be called once. */
  readonly onAppended: (wake: () => void) => void;
  /** Why it cannot be written at present; undefined while it can be, or where that is asked in another way. */
  readonly trouble: () => string | undefined;
  /** Size of the write-ahead log beside it; undefined where there is none. */
  readonly writeAheadLogBytes: (() => number) | undefined;
  readonly close: () => Promise<void>;
}

/**
 * @param onFatalStoreError the store must not be written to any more: the process has to end.
 * @throws StoreInUse if a file belongs to another process; EventStoreError `store-unavailable` if nobody answers; Error
 *   if the data cannot be read.
 */
export function openStore(
  config: Config,
  logger: Logger,
  onFatalStoreError: (cause: unknown) => void,
): Promise<OpenedStore> {
  const { eventStore } = config;
  return eventStore.kind === 'sqlite'
    ? openSqlite(config, onFatalStoreError)
    : openKurrentDb(eventStore.url, config, logger);
}

async function openSqlite(
  { dataDirectory, redisUrl }: Config,
  onFatalStoreError: (cause: unknown) => void,
): Promise<OpenedStore> {
  const file = join(dataDirectory, 'events.db');
  const soleWriter = redisUrl === undefined;
  let wake: () => void = () => undefined;
  const store = await SqliteEventStore.open(file, {
    shared: !soleWriter,
    appended: () => {
      wake();
    },
    broke: onFatalStoreError,
  });
  return {
    store,
    reader: sqliteLogReader(file),
    remote: false,
    groups: groupLimits.together,
    soleWriter,
    onAppended: (listener) => {
      wake = listener;
    },
    trouble: () => store.trouble,
    writeAheadLogBytes: () => store.writeAheadLogBytes,
    close: () => store.close(),
  };
}

async function openKurrentDb(url: string, { namespace }: Config, logger: Logger): Promise<OpenedStore> {
  const streamPrefix = `${namespace}.`;
  const store = await KurrentDbEventStore.open(url, {
    streamPrefix,
    onTrouble: (what, cause) => {
      logger.warn({ err: cause }, what);
    },
  });
  return {
    store,
    reader: kurrentDbLogReader(url, streamPrefix),
    remote: true,
    groups: groupLimits.oneByOne,
    // Nobody can keep another process from a server.
    soleWriter: false,
    // The read models' subscription tells by itself.
    onAppended: () => undefined,
    trouble: () => undefined,
    writeAheadLogBytes: undefined,
    close: () => store.close(),
  };
}
