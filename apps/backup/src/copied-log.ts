import { closeSync, fsyncSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { ownerOnly } from '#files';

/** How long a lock of the service is waited for, in ms. */
const lockWaitMs = 10_000;

/** Pages that are copied at once, 4 KiB each. */
const pagesAtOnce = 2_048;

/**
 * Copies a log to a new file that needs no other beside it, also while services write to it: the copy is what was there
 * when it began. Until it ends the write-ahead log of the source cannot be folded back, and grows by what is written.
 *
 * @throws Error if the source cannot be read, or the disk does not take the copy.
 */
export async function copyLog(from: string, to: string): Promise<void> {
  closeSync(openSync(to, 'wx', ownerOnly));
  const source = new DatabaseSync(from, { readOnly: true, timeout: lockWaitMs });
  try {
    // SQLite begins a copy again whenever somebody has written meanwhile, unless the reader stays at one moment.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(source, to, { rate: pagesAtOnce });
  } finally {
    source.close();
  }
  standAlone(to);
}

/** Takes the copy out of the mode that needs a write-ahead log; a service that opens it puts it back. */
function standAlone(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
  } finally {
    database.close();
  }
  const opened = openSync(file, 'r+');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
