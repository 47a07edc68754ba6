import { BEGINNING, type EventStore, type LogPage } from '#application/ports';
import { KurrentDbEventStore, ReadOnlyEventStore } from '#event-store';
import type { Streams } from './account-history.ts';
import type { AuditScope } from './audit-scope.ts';
import { logFile } from './data-directory.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { type AuditedLog, NoSuchData, openLog, openStreams } from './open-log.ts';

/** The events of one ledger, for reading only, wherever they are; also beside running services. */
export interface OpenLedger extends AuditedLog, Streams {
  readonly subscribe: EventStore['subscribe'];
  readonly close: () => Promise<void>;
}

/**
 * Opens the events of a ledger, for every command that looks at them.
 *
 * @throws NoSuchData if there is no log; EventStoreError if KurrentDB does not answer; ConnectionStringError.
 */
export function openLedger(place: LedgerPlace, scope?: AuditScope): Promise<OpenLedger> {
  return place.engine === 'sqlite' ? openFile(place.directory, scope) : openKurrentDb(place.url, place.namespace);
}

/** Opens the events of a ledger for as long as some work takes. */
export async function withLedger<Result>(
  place: LedgerPlace,
  work: (ledger: OpenLedger) => Result | Promise<Result>,
  scope?: AuditScope,
): Promise<Result> {
  const ledger = await openLedger(place, scope);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** The log by the auditor's own statements, single streams by those of the store. */
async function openFile(directory: string, scope?: AuditScope): Promise<OpenLedger> {
  const file = logFile(directory);
  const log = openLog(file, scope);
  const streams = new ReadOnlyEventStore(openStreams(file));
  return Promise.resolve({
    eventsToRead: log.eventsToRead,
    readAll: log.readAll.bind(log),
    lastFindings: log.lastFindings.bind(log),
    readStream: streams.readStream.bind(streams),
    subscribe: streams.subscribe.bind(streams),
    close: async () => {
      streams.close();
      log.close();
      return Promise.resolve();
    },
  });
}

async function openKurrentDb(url: string, namespace: string): Promise<OpenLedger> {
  const store = await KurrentDbEventStore.open(url, { streamPrefix: `${namespace}.` });
  return {
    readAll: async (after, limit): Promise<LogPage> => {
      const page = await store.readAll(after, limit);
      // A misspelled namespace has no errors either.
      if (after !== BEGINNING || page.events.length > 0 || !page.atEnd) return page;
      throw new NoSuchData(`KurrentDB has no events of a ledger called ${namespace}`);
    },
    readStream: store.readStream.bind(store),
    subscribe: store.subscribe.bind(store),
    close: () => store.close(),
  };
}
