import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { WarningRow } from '#application/ports';
import type { WarningRaised } from '#domain';
import type { AccountNumbers } from '../../file/account-numbers.ts';

/** The warnings of accounts, as their events have them. */
export class WarningRows {
  readonly #add: StatementSync;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare('INSERT INTO warnings (account, revision, data) VALUES (?, ?, ?)');
  }

  add(account: number, revision: number, text: string): void {
    this.#add.run(account, revision, text);
  }
}

/** Pages of the list of an account's warnings. */
export class WarningPages {
  readonly #accounts: AccountNumbers;
  readonly #page: StatementSync;

  constructor(database: DatabaseSync, accounts: AccountNumbers) {
    this.#accounts = accounts;
    this.#page = database.prepare(
      'SELECT revision, data FROM warnings WHERE account = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
  }

  /** Empty for an account that the read models do not know. */
  page(accountId: string, from: number, limit: number): readonly WarningRow[] {
    const account = this.#accounts.of(accountId);
    if (account === undefined) return [];
    const rows = this.#page.all(account, from, limit) as unknown as { revision: number; data: string }[];
    return rows.map(({ revision, data }) => ({ revision, raised: JSON.parse(data) as WarningRaised }));
  }
}
