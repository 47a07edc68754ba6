import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type LedgerRecord, ledgerRecordIn, UnreadableRecord } from '#event-store';
import { BackupError } from './backup-error.ts';

/** What a log in use may have beside it; worthless, or wrong, beside any other. */
export const logFiles = ['events.db-wal', 'events.db-shm', 'events.db-journal', 'events.db'] as const;

/** What is rebuilt from the log at every time. */
export function isOfReadModels(name: string): boolean {
  return /^read-models-\d+\.db/.test(name);
}

/** @throws BackupError if the events are not in a file of this directory. */
export function readRecord(directory: string): LedgerRecord | undefined {
  let record: LedgerRecord | undefined;
  try {
    record = ledgerRecordIn(directory);
  } catch (error) {
    if (error instanceof UnreadableRecord)
      throw new BackupError(
        `${error.message}; if it is damaged, and this ledger's events are in a file, move it out of ${directory} and begin again`,
      );
    throw error;
  }
  if (record?.eventStore !== 'kurrentdb') return record;
  throw new BackupError(
    `by ledger.json in ${directory} the events of this ledger are in KurrentDB (namespace ${record.namespace}): back up and ` +
      'restore that as its manual says. Of this directory only ledger.json and the keys (admin.key, webhook.key, ' +
      'signing.key) are worth keeping: copy them',
  );
}

/** What there is in a directory; nothing if there is no such directory. */
export function namesIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Whether a place is a directory or lies in it, whatever links lead there. */
export function isWithin(place: string, directory: string): boolean {
  const [inner, outer] = [resolveReal(resolve(place)), resolveReal(resolve(directory))];
  return inner === outer || inner.startsWith(join(outer, '/'));
}

function resolveReal(place: string): string {
  if (existsSync(place)) return realpathSync(place);
  const above = dirname(place);
  return above === place ? place : join(resolveReal(above), basename(place));
}
