import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFile } from '#files';
import { fileFormats, OtherFormats, readFormats } from '../stored-formats.ts';
import { schemaVersion } from './schema-version.ts';
import { whileBusy } from './while-busy.ts';

/** A stream gets a mark at every so many revisions, so that any part of it is at most this far from one. */
const markEveryRevisions = 256;

/** Whether the append that takes a stream from one last revision to another gets a mark. */
export function isMarked(before: number, after: number): boolean {
  return Math.floor((after + 1) / markEveryRevisions) > Math.floor((before + 1) / markEveryRevisions);
}

/** Large: most of a row then lies on one page, and an append takes part of one, not one or two of its own. */
const bytesPerPage = 16_384;

/** Pages that the write-ahead log may grow by before it is checkpointed. */
export const checkpointPages = 750;

/**
 * What the write-ahead log is cut back to once all of it is folded back, in bytes: it grows beyond only while somebody reads at
 * one moment for long.
 */
const logBytesKept = 4 * checkpointPages * bytesPerPage;

/**
 * How long a connection waits for another that repairs or folds back the write-ahead log, in ms: whoever opens a store
 * first after a crash does so, be it only a reader.
 */
const lockWaitMs = 2_000;

/*
 * The log has one row for the appends of one transaction, or some if they are many (see group-row.ts). Its key is the
 * position of the first event in one dense order over the whole store. There is no further index on it: the cost of an
 * append depends neither on the number of streams nor on the age of the file. `heads` and `marks` are derived from the log.
 * Heads are written late, many at a time: a head is at least as new as `heads_saved` says, and what was appended since is
 * read from the log. The triggers keep the log append-only; the last one also stops INSERT OR REPLACE, which fires no DELETE
 * trigger. `log` is for people: nothing reads it.
 */
export const tables = `
  CREATE TABLE schema (version INTEGER NOT NULL) STRICT;
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE groups (
    position INTEGER PRIMARY KEY, count INTEGER NOT NULL, recorded_at INTEGER NOT NULL, crc INTEGER NOT NULL,
    appends BLOB NOT NULL, events BLOB NOT NULL
  ) STRICT;
  CREATE TABLE heads (stream INTEGER PRIMARY KEY, revision INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
  CREATE TABLE heads_saved (until INTEGER NOT NULL) STRICT;
  CREATE TABLE marks (
    stream INTEGER NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (stream, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE VIEW log AS SELECT position, count, datetime(recorded_at / 1000, 'unixepoch') AS recorded,
    CAST(appends AS TEXT) AS appends, CAST(events AS TEXT) AS events FROM groups;
  CREATE TRIGGER groups_are_not_changed BEFORE UPDATE ON groups
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER groups_are_not_deleted BEFORE DELETE ON groups
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER groups_are_not_replaced BEFORE INSERT ON groups
    WHEN new.position <= (SELECT max(position) FROM groups)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  INSERT INTO heads_saved VALUES (-1);
  INSERT INTO schema VALUES (${String(schemaVersion)});
`;

/**
 * Opens the file for a writer, makes the tables if it is new, and makes sure that commits are durable. Several processes
 * may do so at the same moment, and then wait for one another.
 *
 * @throws OtherFormats; Error if the file has another schema version, if synchronous=FULL does not hold, or if others have it locked
 *   for more than `lockWaitMs`.
 */
export function openForWriting(file: string): DatabaseSync {
  makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout: lockWaitMs });
  try {
    // SQLite does not wait by itself where two connections would wait for each other, e.g. to change the journal mode.
    whileBusy(lockWaitMs, () => {
      markFormats(database, file);
      makeDurable(database, file);
      makeTables(database);
    });
    checkVersion(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Before anything else is written: then the header of the file itself says it, not only the write-ahead log. */
function markFormats(database: DatabaseSync, file: string): void {
  if (hasTables(database)) {
    checkFormats(database, file);
    return;
  }
  database.exec(`PRAGMA page_size = ${String(bytesPerPage)}`);
  database.exec(`PRAGMA user_version = ${String(Number.parseInt(fileFormats, 16) | 0)}`);
}

function makeDurable(database: DatabaseSync, file: string): void {
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec(`PRAGMA wal_autocheckpoint = ${String(checkpointPages)}`);
  database.exec(`PRAGMA journal_size_limit = ${String(logBytesKept)}`);
  const synchronous = database.prepare('PRAGMA synchronous').get()?.['synchronous'];
  if (synchronous !== 2) throw new Error(`${file}: synchronous is ${String(synchronous)}, not FULL`);
}

function makeTables(database: DatabaseSync): void {
  if (hasTables(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have made them while this one waited for its turn.
    if (!hasTables(database)) database.exec(tables);
    database.exec('COMMIT');
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

/**
 * Opens an existing file for reading.
 *
 * @throws OtherFormats; Error if the file is missing or has another schema version.
 */
export function openForReading(file: string): DatabaseSync {
  if (!existsSync(file)) throw new Error(`${file}: there is no store`);
  const database = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
  try {
    checkVersion(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema'").get() !== undefined;
}

function checkFormats(database: DatabaseSync, file: string): void {
  const found = readFormats(Number(database.prepare('PRAGMA user_version').get()?.['user_version']));
  if (found !== fileFormats) throw new OtherFormats(file, found, fileFormats);
}

function checkVersion(database: DatabaseSync, file: string): void {
  checkFormats(database, file);
  const version = database.prepare('SELECT version FROM schema').get()?.['version'];
  if (version === schemaVersion) return;
  throw new Error(`${file}: made by schema version ${String(version)}; this program knows ${String(schemaVersion)}`);
}
