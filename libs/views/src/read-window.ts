import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Lets all look-ups of one turn of the event loop share a read transaction, so that they see one moment: taking SQLite's
 * locks costs several times what a look-up costs. It never stays open for longer, because an old reader would keep the
 * write-ahead log growing.
 */
export class ReadWindow {
  readonly database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #ofItsOwn: boolean;
  #isOpen = false;

  /**
   * @param ofItsOwn false if the writer uses the same connection: then nothing can be written between two look-ups of
   * one turn anyway, and the transactions are the writer's.
   */
  constructor(database: DatabaseSync, ofItsOwn: boolean) {
    this.database = database;
    this.#begin = database.prepare('BEGIN');
    this.#commit = database.prepare('COMMIT');
    this.#ofItsOwn = ofItsOwn;
  }

  /** Called before every look-up. */
  open(): void {
    if (this.#isOpen || !this.#ofItsOwn) return;
    this.#begin.run();
    this.#isOpen = true;
    setImmediate(() => {
      this.close();
    });
  }

  /** Called before anybody is told that the views have moved on: the next look-up must see what was told. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#commit.run();
  }
}
