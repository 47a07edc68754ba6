import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isDamage } from './database.ts';

/**
 * Lets all look-ups of one turn of the event loop share a read transaction, so that they see one moment: taking SQLite's
 * locks costs several times what a look-up costs. It never stays open for longer, because an old reader would keep the
 * write-ahead log growing.
 */
export class ReadWindow {
  readonly database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #ownConnection: boolean;
  #isOpen = false;
  /** Told of what went wrong with the file itself, and of what nobody else could be told. */
  failed: (error: unknown) => void = () => undefined;

  /**
   * @param ownConnection false if the writer uses the same connection: then nothing can be written between two look-ups of
   * one turn anyway, and the transactions are the writer's.
   */
  constructor(database: DatabaseSync, ownConnection: boolean) {
    this.database = database;
    this.#begin = database.prepare('BEGIN');
    this.#commit = database.prepare('COMMIT');
    this.#ownConnection = ownConnection;
  }

  /** Every look-up is made through this. */
  read<Found>(query: () => Found): Found {
    try {
      this.#open();
      return query();
    } catch (error) {
      if (isDamage(error)) this.failed(error);
      throw error;
    }
  }

  #open(): void {
    if (this.#isOpen || !this.#ownConnection) return;
    // Left over if it could not be ended: this moment is gone.
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
    this.#begin.run();
    this.#isOpen = true;
    setImmediate(() => {
      this.close();
    });
  }

  /**
   * Called before anybody is told that the read models have moved on: the next look-up must see what was told. Throws nothing:
   * in a damaged file even the end of a transaction fails, and it comes from a timer.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#commit.run();
    } catch (error) {
      this.failed(error);
    }
  }
}
