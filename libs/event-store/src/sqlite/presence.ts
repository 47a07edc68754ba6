import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFile } from '#files';
import { isBusy } from './sqlite-codes.ts';

/**
 * How long to try, in ms. Two processes that start at the same moment can be in each other's way though only one of them
 * has to give in, or neither.
 */
const presenceWaitMs = 200;

/** How a process has a store open for writing: by itself, or beside others that all share it. */
export type PresenceKind = 'alone' | 'shared';

/** The store is open for writing already by a process that does not share it, or this one would not share it. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
  readonly code = 'store-in-use';
  readonly folder: string;

  /**
   * @param wanted what this process would have been.
   * @param found what those are that have it.
   */
  constructor(folder: string, wanted: PresenceKind, found: PresenceKind) {
    super(`the store in ${folder} is open for writing already${whatToDo(wanted, found)}`);
    this.folder = folder;
  }
}

function whatToDo(wanted: PresenceKind, found: PresenceKind): string {
  if (wanted === 'shared') {
    return (
      ' by a process that shares it with nobody: start every process with the same Redis (REDIS_URL), ' +
      'or stop the process that has it open'
    );
  }
  if (found === 'shared') {
    return (
      ' by processes that share it, and this one would not: start every process with the same Redis (REDIS_URL), ' +
      'or stop those that have it open'
    );
  }
  return ': stop the process that has it open, or use another folder';
}

/** Being a writer of a store. */
export interface Presence {
  readonly release: () => void;
}

/**
 * Becomes a writer of the store in a folder, by a lock on a small file beside it: an exclusive one, or one of many. It is
 * a lock of the operating system, so it goes with the process, however that ends. The file must stay in the rollback
 * journal's mode: in WAL mode an exclusive transaction would let others in.
 *
 * @throws StoreInUse if this process or another has a lock that does not go with it.
 */
export function takePresence(folder: string, wanted: PresenceKind): Presence {
  const file = join(folder, 'instance.db');
  makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout: presenceWaitMs });
  try {
    const found = tryLock(database, wanted);
    if (found !== undefined) throw new StoreInUse(folder, wanted, found);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    release: () => {
      database.close();
    },
  };
}

/** Locks; or says what those are that are in the way. */
function tryLock(database: DatabaseSync, wanted: PresenceKind): PresenceKind | undefined {
  const locked = wanted === 'alone' ? lockExclusive(database) : lockShared(database);
  if (locked) return undefined;
  database.exec('PRAGMA busy_timeout = 0');
  return wanted === 'alone' && lockShared(database) ? 'shared' : 'alone';
}

function lockExclusive(database: DatabaseSync): boolean {
  return unlessBusy(() => {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  });
}

/** A transaction that has read something keeps its shared lock until it ends. */
function lockShared(database: DatabaseSync): boolean {
  return unlessBusy(() => {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN; SELECT 1 FROM sqlite_schema');
  });
}

function unlessBusy(lock: () => void): boolean {
  try {
    lock();
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
