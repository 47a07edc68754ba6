import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { HoldSeen } from './holds-table.ts';

/** A hold as far as a reconciliation looks at it. */
export interface HeldRow {
  readonly hold_id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly quantity: number | null;
  readonly charged: string;
  readonly opened_at: number;
  readonly settled_at: number | null;
  /** How often the provider's file has it. */
  readonly named: number;
}

/** The holds of an account in a temporary file of their own, so that any number of them can be asked for by their ids. */
export class HeldTable {
  readonly #database: DatabaseSync;
  readonly #add: StatementSync;
  readonly #find: StatementSync;
  readonly #name: StatementSync;

  constructor() {
    // SQLite's own name for a file that nobody else sees, and that goes when it is closed.
    this.#database = new DatabaseSync('');
    this.#database.exec(`
      CREATE TABLE holds (
        hold_id TEXT PRIMARY KEY, status TEXT NOT NULL, outcome TEXT, quantity INTEGER, charged TEXT NOT NULL,
        opened_at INTEGER NOT NULL, settled_at INTEGER, named INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      BEGIN;
    `);
    this.#add = this.#database.prepare('INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, 0)');
    this.#find = this.#database.prepare('SELECT * FROM holds WHERE hold_id = ?');
    this.#name = this.#database.prepare('UPDATE holds SET named = named + 1 WHERE hold_id = ?');
  }

  add({ view }: HoldSeen): void {
    const { holdId, status, outcome, settledQuantity, settledAmount, openedAt, settledAt } = view;
    this.#add.run(holdId, status, outcome, settledQuantity, settledAmount ?? '0', openedAt, settledAt);
  }

  /** The hold of this id, as it was before the file named it now. */
  name(holdId: string): HeldRow | undefined {
    const row = this.#find.get(holdId) as unknown as HeldRow | undefined;
    if (row !== undefined) this.#name.run(holdId);
    return row;
  }

  /** Settled holds that nobody named, in the order of their settling, both times included. */
  *unnamed(from: number, until: number): Generator<HeldRow> {
    const statement = this.#database.prepare(
      `SELECT * FROM holds WHERE named = 0 AND status = 'settled' AND settled_at BETWEEN ? AND ?
       ORDER BY settled_at, hold_id`,
    );
    for (const row of statement.iterate(from, until)) yield row as unknown as HeldRow;
  }

  close(): void {
    this.#database.close();
  }
}
