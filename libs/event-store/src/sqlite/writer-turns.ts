import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { checkpointPages } from './schema.ts';
import { whileBusy } from './while-busy.ts';

/** How long a group waits for its turn while other processes write, in ms; then it fails, and nothing was written. */
const writerWaitMaxMs = 2_000;

/** Pages of the write-ahead log beyond which the other writers have to wait while it is folded back. */
const logPagesMax = 4 * checkpointPages;

/** The turns of one of several writers of a file. */
export class WriterTurns {
  readonly #waitMaxMs: number;
  readonly #begin: StatementSync;
  readonly #logSize: StatementSync;
  readonly #foldBack: StatementSync;

  /** @param waitMaxMs how long a group waits for its turn. */
  constructor(database: DatabaseSync, waitMaxMs = writerWaitMaxMs) {
    this.#waitMaxMs = waitMaxMs;
    database.exec('PRAGMA busy_timeout = 0');
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#logSize = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#foldBack = database.prepare('PRAGMA wal_checkpoint(FULL)');
  }

  /**
   * Waits for the turn and begins a transaction in which nobody else writes.
   *
   * @throws a busy error if it does not come in time.
   */
  begin(): void {
    whileBusy(this.#waitMaxMs, () => this.#begin.run());
  }

  /**
   * To be called after a commit. SQLite's automatic checkpoint lets others write meanwhile; but the log starts over only
   * when all of it is folded back, which under load may not happen for long. So a log that has grown too large is folded
   * back with the others kept out. If one of them was faster, it is tried again after the next commit.
   */
  committed(): void {
    if (Number(this.#logSize.get()?.['log']) >= logPagesMax) this.#foldBack.get();
  }
}
