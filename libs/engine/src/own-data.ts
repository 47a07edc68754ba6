import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  assertFileFormats,
  assertRestored,
  type EventsPlace,
  type LedgerRecord,
  ledgerRecordFile,
  ledgerRecordIn,
  textOfLedgerRecord,
  UnreadableRecord,
} from '#event-store';
import { ownerOnly, writeOnce } from '#files';
import type { Config } from '#runtime';
import { CannotStart } from './cannot-start.ts';

type Place = Pick<Config, 'dataDirectory' | 'eventStore' | 'namespace'>;

/**
 * A data directory belongs to one ledger. With a setting that got lost or was mistyped the process would begin an empty
 * one, and every customer's money would seem to be gone.
 *
 * @throws CannotStart if the configuration has the events elsewhere than the directory has them; OtherFormats; RestoreUnfinished.
 */
export function assertOwnData(place: Place): void {
  // Else what a restore has not put in place yet would seem to be lost.
  assertRestored(place.dataDirectory);
  assertFileFormats(join(place.dataDirectory, 'events.db'));
  const record = recordIn(place.dataDirectory);
  if (record === undefined) assertNothingElseThere(place);
  if (record !== undefined) assertSame(record, place);
}

/**
 * Writes down, at the first start, to which ledger the data directory belongs.
 *
 * @returns whether this is the first start on it.
 * @throws CannotStart
 */
export function recordOwnData(place: Place, now: number): boolean {
  const { dataDirectory } = place;
  const isFirst = recordIn(dataDirectory) === undefined;
  if (isFirst) {
    writeOnce(ledgerRecordFile(dataDirectory), textOfLedgerRecord(findEvents(place), now), ownerOnly);
  }
  // Another process may have started on it meanwhile.
  assertOwnData(place);
  return isFirst;
}

function findEvents({ eventStore, namespace }: Place): EventsPlace {
  // On a file the namespace names nothing but keys in Redis, which may be lost at any time.
  return eventStore.kind === 'sqlite' ? { eventStore: 'sqlite' } : { eventStore: 'kurrentdb', namespace };
}

function assertSame(record: LedgerRecord, { dataDirectory, eventStore, namespace }: Place): void {
  const file = ledgerRecordFile(dataDirectory);
  if (record.eventStore === 'sqlite' && eventStore.kind === 'kurrentdb') {
    throw new CannotStart(
      `KURRENTDB_URL is set, but by ${file} the events of this ledger are in events.db. ` +
        'If they were copied to KurrentDB, move events.db elsewhere and delete ledger.json',
    );
  }
  if (record.eventStore === 'kurrentdb' && eventStore.kind === 'sqlite') {
    throw new CannotStart(
      `KURRENTDB_URL is not set, but by ${file} the events of this ledger are in KurrentDB, with the namespace ` +
        `${record.namespace}. If they were copied to events.db here, delete ledger.json`,
    );
  }
  if (record.eventStore === 'kurrentdb' && record.namespace !== namespace) {
    throw new CannotStart(
      `HOLDFAST_NAMESPACE is ${namespace}, but by ${file} this ledger is ${record.namespace}. ` +
        'Another ledger needs a data directory of its own',
    );
  }
  if (record.eventStore === 'sqlite' && !hasLog(dataDirectory)) {
    throw new CannotStart(
      `by ${file} there is a ledger in ${dataDirectory} since ${record.createdAt}, but events.db is gone. ` +
        'Put it back; to begin an empty ledger, delete everything else in that directory',
    );
  }
}

/** Directories of older versions say nothing of themselves. */
function assertNothingElseThere({ dataDirectory, eventStore }: Place): void {
  if (eventStore.kind === 'kurrentdb' && hasLog(dataDirectory)) {
    throw new CannotStart(
      `KURRENTDB_URL is set, but there are the events of a ledger in ${dataDirectory}. ` +
        'If they were copied to KurrentDB, move events.db elsewhere',
    );
  }
  if (eventStore.kind === 'sqlite' && !hasLog(dataDirectory) && hasReadModels(dataDirectory)) {
    throw new CannotStart(
      `there are the read models of a ledger in ${dataDirectory}, but no events.db, and KURRENTDB_URL is not set. ` +
        'To begin an empty ledger, delete everything in that directory',
    );
  }
}

function recordIn(directory: string): LedgerRecord | undefined {
  try {
    return ledgerRecordIn(directory);
  } catch (error) {
    if (error instanceof UnreadableRecord) throw new CannotStart(error.message);
    throw error;
  }
}

function hasLog(directory: string): boolean {
  return existsSync(join(directory, 'events.db'));
}

function hasReadModels(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((name) => /^read-models-\d+\.db$/.test(name));
}
