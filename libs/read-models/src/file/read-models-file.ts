import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventStore } from '#application/ports';
import { decodeEvent, foldVersion } from '#domain';
import { makePrivateFile, makePrivateFolder, ownerOnly } from '#files';
import { parkedTriedMax, readModelsFilesMax } from '../limits.ts';
import {
  type Checkpoint,
  type EventPlace,
  prepareCheckpointWrite,
  readCheckpoint,
  startingCheckpoint,
} from './checkpoint.ts';
import { inMemory, inTransaction, isBusy, isDamage, openWriter } from './database.ts';
import { readModelsVersion, tables } from './schema.ts';

/**
 * The chain hash of the event at a place of the store; undefined if none is there. Rejects if the store cannot say.
 */
export type HashAt = (place: EventPlace) => Promise<string | undefined>;

/** {@link HashAt} of any event store. */
export function hashInStore(store: EventStore): HashAt {
  return async ({ stream, revision, position }) => {
    const { events } = await store.readStream(stream, revision, 1);
    const [event] = events;
    return event?.revision === revision && event.position === position ? event.hash : undefined;
  };
}

/** A read model file that belongs to this process until it is released. */
export interface TakenFile {
  readonly file: string;
  readonly release: () => void;
}

/**
 * Takes the first read model file of a directory that no other process has. The lock is one of the operating system's, on a
 * small file beside it: it goes with the process, however that ends.
 */
export function takeReadModelsFile(directory: string): TakenFile {
  makePrivateFolder(directory);
  for (let number = 0; number < readModelsFilesMax; number += 1) {
    const taken = takeNumberedFile(directory, number);
    if (taken !== undefined) return taken;
  }
  throw new Error(`all ${String(readModelsFilesMax)} read model files of ${directory} are in use`);
}

/** Takes this read model file; undefined if another process has it. */
export function takeNumberedFile(directory: string, number: number): TakenFile | undefined {
  const name = join(directory, `read-models-${String(number)}`);
  const lock = lockFile(`${name}.lock`);
  if (lock === undefined) return undefined;
  return {
    file: `${name}.db`,
    release: () => {
      lock.close();
    },
  };
}

/** An exclusive lock held by an open transaction; undefined if somebody else has it. */
function lockFile(file: string): DatabaseSync | undefined {
  makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/**
 * Makes a read model file ready to be filled: one that is missing, damaged, of another version or of another store is
 * rebuilt from the start. Returns how far it is.
 *
 * The file is not searched for damage, which would take a reading of every page at every start: damage shows when it is
 * come upon, and then the mark that is left of it decides at the next start.
 */
export async function prepareFile(file: string, hashAt: HashAt): Promise<Checkpoint> {
  if (file === inMemory) return checkpointIn(file);
  if (existsSync(markFile(file)) || !(await isOfUse(file, hashAt))) discardFile(file);
  try {
    return checkpointIn(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    discardFile(file);
    return checkpointIn(file);
  }
}

function checkpointIn(file: string): Checkpoint {
  const database = openWriter(file);
  try {
    prepareTables(database);
    return readCheckpoint(database);
  } finally {
    database.close();
  }
}

/** Makes the tables where there are none. */
export function prepareTables(database: DatabaseSync): void {
  inTransaction(database, () => {
    if (readVersion(database) !== readModelsVersion) {
      database.exec(tables);
      database.exec(`PRAGMA user_version = ${String(readModelsVersion)}`);
      prepareCheckpointWrite(database)(startingCheckpoint);
      return;
    }
    const checkpoint = readCheckpoint(database);
    if (checkpoint.foldVersion === foldVersion) return;
    // Another version of the fold does not read them; the rest of the file does not depend on it.
    database.exec('DELETE FROM snapshots');
    prepareCheckpointWrite(database)({ ...checkpoint, foldVersion });
  });
}

/** The mark goes last: until then the rest is to be discarded. */
export function discardFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
  rmSync(markFile(file), { force: true });
}

/** Leaves a mark beside a file that is still open: whoever prepares it next rebuilds it. Throws nothing. */
export function markDamaged(file: string): void {
  try {
    writeFileSync(markFile(file), '', { mode: ownerOnly });
  } catch {
    // The file is discarded when it is closed in good order, and damage that is come upon again is marked again.
  }
}

function markFile(file: string): string {
  return `${file}-damaged`;
}

/** Whether the file can be filled on from its last event, and goes back to it. */
async function isOfUse(file: string, hashAt: HashAt): Promise<boolean> {
  let checkpoint: Checkpoint | undefined;
  try {
    checkpoint = usableCheckpoint(file);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
  if (checkpoint?.lastEvent === undefined) return false;
  if ((await hashAt(checkpoint.lastEvent)) !== checkpoint.lastEvent.hash) return false;
  goBackToLastEvent(file, checkpoint, checkpoint.lastEvent);
  return true;
}

/**
 * Events of others may have taken the position on from our last event. In a store that was restored they need not be
 * there: new events of ours would stand before that position, and be passed over for good.
 */
function goBackToLastEvent(file: string, checkpoint: Checkpoint, { position }: EventPlace): void {
  if (checkpoint.position === position) return;
  const database = openWriter(file);
  try {
    prepareCheckpointWrite(database)({ ...checkpoint, position });
  } finally {
    database.close();
  }
}

/** Undefined if the file is of another version, or holds events that can be read by now. */
function usableCheckpoint(file: string): Checkpoint | undefined {
  const database = openWriter(file);
  try {
    if (readVersion(database) !== readModelsVersion) return undefined;
    const parked = database.prepare('SELECT type, data FROM parked WHERE unreadable = 1 LIMIT ?').all(parkedTriedMax);
    if (parked.some((event) => canBeRead(event as unknown as ParkedText))) return undefined;
    return readCheckpoint(database);
  } finally {
    database.close();
  }
}

interface ParkedText {
  readonly type: string;
  readonly data: string;
}

/** An older version of this program could not, or the event would not be parked. */
function canBeRead({ type, data }: ParkedText): boolean {
  try {
    decodeEvent(type, data);
    return true;
  } catch {
    return false;
  }
}

function readVersion(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}
