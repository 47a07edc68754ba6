import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { HoldSeen } from '../export/holds-table.ts';

/** A hold as far as a reconciliation looks at it. */
export interface HeldRow {
  readonly account_id: string;
  readonly hold_id: string;
  readonly status: string;
  readonly outcome: string | null;
  /** Units charged, in money or from packs. */
  readonly quantity: number | null;
  /** Money charged. */
  readonly charged: string;
  /** Units that resource packs paid for. */
  readonly pack_units: number;
  readonly opened_at: number;
  readonly settled_at: number | null;
}

/** What the provider's file has of one request so far. */
interface CallRow {
  /** Rows in which it was completed, in the whole file. */
  readonly completed: number;
  /** Of these, the ones that were compared. */
  readonly mentions: number;
}

/**
 * The holds of some accounts, and the requests of a file, in a temporary file of their own, so that any number of them can
 * be asked for by their ids.
 */
export class HeldTable {
  readonly #database: DatabaseSync;
  readonly #add: StatementSync;
  readonly #find: StatementSync;
  readonly #completed: StatementSync;
  readonly #named: StatementSync;
  readonly #call: StatementSync;
  readonly #countMentions: StatementSync;

  constructor() {
    // SQLite's own name for a file that nobody else sees, and that goes when it is closed.
    this.#database = new DatabaseSync('');
    this.#database.exec(`
      CREATE TABLE holds (
        account_id TEXT NOT NULL, hold_id TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT, quantity INTEGER,
        charged TEXT NOT NULL, pack_units INTEGER NOT NULL, opened_at INTEGER NOT NULL, settled_at INTEGER,
        PRIMARY KEY (account_id, hold_id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE calls (
        account_id TEXT NOT NULL, hold_id TEXT NOT NULL, completed INTEGER NOT NULL, mentions INTEGER NOT NULL,
        PRIMARY KEY (account_id, hold_id)
      ) STRICT, WITHOUT ROWID;
      BEGIN;
    `);
    const of = 'WHERE account_id = ? AND hold_id = ?';
    this.#add = this.#database.prepare('INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#find = this.#database.prepare(`SELECT * FROM holds ${of}`);
    const count = (completed: number): string =>
      `INSERT INTO calls VALUES (?, ?, ${String(completed)}, 0) ON CONFLICT DO UPDATE SET completed = completed + ${String(completed)}`;
    this.#completed = this.#database.prepare(count(1));
    this.#named = this.#database.prepare(count(0));
    this.#call = this.#database.prepare(`SELECT completed, mentions FROM calls ${of}`);
    this.#countMentions = this.#database.prepare(`UPDATE calls SET mentions = mentions + 1 ${of}`);
  }

  add({ accountId, view }: HoldSeen): void {
    const { holdId, status, outcome, settledQuantity, settledAmount, openedAt, settledAt, packs } = view;
    const packUnits = (packs?.consumed ?? []).reduce((sum, { units }) => sum + units, 0);
    const charged = settledAmount ?? '0';
    this.#add.run(accountId, holdId, status, outcome, settledQuantity, charged, packUnits, openedAt, settledAt);
  }

  /** A row of the file has this request. */
  count(accountId: string, holdId: string, completed: boolean): void {
    (completed ? this.#completed : this.#named).run(accountId, holdId);
  }

  find(accountId: string, holdId: string): HeldRow | undefined {
    return this.#find.get(accountId, holdId) as unknown as HeldRow | undefined;
  }

  /** Whether the file has the request as completed at all. */
  wasCompleted(accountId: string, holdId: string): boolean {
    return this.#findCall(accountId, holdId).completed > 0;
  }

  /** How many rows of the file in which it was completed named it before this one. */
  countMention(accountId: string, holdId: string): number {
    const { mentions } = this.#findCall(accountId, holdId);
    this.#countMentions.run(accountId, holdId);
    return mentions;
  }

  #findCall(accountId: string, holdId: string): CallRow {
    const found = this.#call.get(accountId, holdId) as unknown as CallRow | undefined;
    return found ?? { completed: 0, mentions: 0 };
  }

  /** Settled holds that the file does not have, in the order of their settling, both times included. */
  *unnamed(from: number, until: number): Generator<HeldRow> {
    const statement = this.#database.prepare(
      `SELECT * FROM holds AS h WHERE status = 'settled' AND settled_at BETWEEN ? AND ?
         AND NOT EXISTS (SELECT 1 FROM calls AS c WHERE c.account_id = h.account_id AND c.hold_id = h.hold_id)
       ORDER BY settled_at, account_id, hold_id`,
    );
    for (const row of statement.iterate(from, until)) yield row as unknown as HeldRow;
  }

  close(): void {
    this.#database.close();
  }
}
