import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AccountEvent, type DueKind, scheduleChange } from '#domain';
import type { AccountSummary } from '../accounts/account-summaries.ts';

/**
 * Writes what falls due besides holds. Whatever was the nearest due of an account is looked up again when its row is
 * written.
 */
export class DueRows {
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeAll: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(
      `INSERT INTO schedule (account, kind, subject, deadline) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET deadline = excluded.deadline`,
    );
    this.#remove = database.prepare('DELETE FROM schedule WHERE account = ? AND kind = ? AND subject = ?');
    this.#removeAll = database.prepare('DELETE FROM schedule WHERE account = ?');
  }

  apply(row: AccountSummary, event: AccountEvent): void {
    const change = scheduleChange(event);
    if (change === undefined) return;
    switch (change.change) {
      case 'put':
        this.put(row, change.kind, change.subject, change.at);
        return;
      case 'remove':
        this.remove(row, change.kind, change.subject);
        return;
      case 'remove-all':
        row.nextDeadlineGone = true;
        this.#removeAll.run(row.account);
        return;
    }
  }

  put(row: AccountSummary, kind: DueKind, subject: string, at: number): void {
    row.nextDeadlineGone = true;
    this.#put.run(row.account, kind, subject, at);
  }

  remove(row: AccountSummary, kind: DueKind, subject: string): void {
    row.nextDeadlineGone = true;
    this.#remove.run(row.account, kind, subject);
  }
}
