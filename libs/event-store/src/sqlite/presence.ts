import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-codes.ts';

/** The store is open for writing already; there is only ever one writer. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
  readonly code = 'store-in-use';
  readonly folder: string;

  constructor(folder: string) {
    super(
      `the store in ${folder} is open for writing already: stop the process that has it open, or use another folder`,
    );
    this.folder = folder;
  }
}

/** Being the one writer of a store. */
export interface Presence {
  readonly release: () => void;
}

/**
 * Becomes the one writer of the store in a folder, by a lock on a small file beside it. It is a lock of the operating
 * system, so it goes with the process, however that ends. The file must stay in the rollback journal's mode: in WAL mode
 * an exclusive transaction would let others in.
 *
 * @throws StoreInUse if this process or another has the lock.
 */
export function takePresence(folder: string): Presence {
  const database = new DatabaseSync(join(folder, 'instance.db'), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw isBusy(error) ? new StoreInUse(folder) : error;
  }
  return {
    release: () => {
      database.close();
    },
  };
}
