import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { makePrivateFile, OpenedFile } from '#files';

/** How long readers are waited for before the write-ahead log is folded back, in ms. */
const readersWaitMs = 2_000;

/**
 * The files of a store that is open for writing. A file that is deleted goes on being written by those who have it open,
 * and is gone when they end; so what was written counts only while each name still leads to the file that was opened.
 */
export class StoreFiles {
  readonly #database: DatabaseSync;
  readonly #log: OpenedFile;
  readonly #beside: readonly OpenedFile[];
  readonly #presence: OpenedFile;

  /** To be made once the database has been read: its write-ahead log is there from then on. */
  constructor(file: string, database: DatabaseSync) {
    this.#database = database;
    this.#log = new OpenedFile(file);
    this.#beside = [`${file}-wal`, `${file}-shm`].map((path) => new OpenedFile(path));
    this.#presence = new OpenedFile(join(dirname(file), 'instance.db'));
  }

  /** Which file is no longer the one that was opened, in words; undefined if all are. */
  error(): string | undefined {
    for (const opened of [this.#log, ...this.#beside, this.#presence]) {
      const { path, loss } = opened;
      if (loss === 'gone') return `${basename(path)} was deleted or renamed while it was in use`;
      if (loss === 'another') return `${basename(path)} was replaced while it was in use`;
    }
    return undefined;
  }

  /**
   * Saves what this process has committed, and it alone may still have, before it ends. Takes as long as copying the file.
   *
   * @returns what was done, and what is to be done.
   */
  rescue(): string {
    const { path, loss } = this.#log;
    if (loss !== undefined) return existsSync(dirname(path)) ? this.#copyOut(path) : 'its directory is gone, too';
    if (this.#beside.every((opened) => opened.loss === undefined)) return 'restart the process';
    // Where there is another one, somebody else may write by it.
    if (this.#beside.some((opened) => opened.loss === 'another')) {
      return 'what was committed last may be lost: stop all processes, then npm run audit -- verify';
    }
    return this.#foldBack(path);
  }

  /** The write-ahead log may be read as long as it is open, also when it has no name. */
  #foldBack(path: string): string {
    try {
      this.#database.exec(`PRAGMA busy_timeout = ${String(readersWaitMs)}`);
      const busy = Number(this.#database.prepare('PRAGMA wal_checkpoint(FULL)').get()?.['busy']);
      if (busy === 0) return `all that was committed is in ${basename(path)} now: restart the process`;
      return `somebody reads ${basename(path)}, so what was committed last could not be folded back into it`;
    } catch (error) {
      return `what was committed last could not be folded back into ${basename(path)} (${String(error)})`;
    }
  }

  #copyOut(path: string): string {
    const copy = `${path}.rescued-${new Date().toISOString().replaceAll(':', '-')}`;
    try {
      makePrivateFile(copy);
      this.#database.prepare('VACUUM INTO ?').run(copy);
      // It is all in the copy; whatever is put in the place of the log must not be read together with it.
      for (const beside of this.#beside) if (beside.loss === undefined) rmSync(beside.path);
    } catch (error) {
      return `what was committed could not be copied to ${copy} (${String(error)}): restore a backup`;
    }
    return `all that was committed is in ${copy}: rename it to ${basename(path)}, then npm run audit -- verify`;
  }
}
