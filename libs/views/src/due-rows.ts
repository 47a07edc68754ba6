import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { dueChangeOf, type AccountEvent } from '#ledger';
import type { StandingRow } from './standings.ts';

/** Writes what falls due besides holds. */
export class DueRows {
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeAll: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(
      `INSERT INTO dues (account, kind, subject, deadline) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET deadline = excluded.deadline`,
    );
    this.#remove = database.prepare('DELETE FROM dues WHERE account = ? AND kind = ? AND subject = ?');
    this.#removeAll = database.prepare('DELETE FROM dues WHERE account = ?');
  }

  apply(row: StandingRow, event: AccountEvent): void {
    const change = dueChangeOf(event);
    if (change === undefined) return;
    // Whatever was the nearest: it is looked up again when the row is written.
    row.nextDeadlineGone = true;
    switch (change.change) {
      case 'put':
        this.#put.run(row.account, change.kind, change.subject, change.at);
        return;
      case 'remove':
        this.#remove.run(row.account, change.kind, change.subject);
        return;
      case 'remove-all':
        this.#removeAll.run(row.account);
        return;
    }
  }
}
