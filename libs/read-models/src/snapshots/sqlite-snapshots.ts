import type { StatementSync } from 'node:sqlite';
import { type Snapshot, Snapshots } from '#application/ports';
import type { AccountNumbers } from '../file/account-numbers.ts';
import type { ReadWindow } from '../file/read-window.ts';

/**
 * Snapshots over the read models' tables: they share the fate of the id index that they rely on. of an account that is out of service
 * none is given: it could be younger than the event that nobody can read, and hide it.
 */
export class SqliteSnapshots extends Snapshots {
  readonly #window: ReadWindow;
  readonly #accounts: AccountNumbers;
  readonly #keep: (snapshot: Snapshot) => void;
  readonly #newest: StatementSync;
  readonly #newestAt: StatementSync;
  readonly #newestUpTo: StatementSync;

  /** @param keep hands a snapshot to the writer. */
  constructor(window: ReadWindow, accounts: AccountNumbers, keep: (snapshot: Snapshot) => void) {
    super();
    this.#window = window;
    this.#accounts = accounts;
    this.#keep = keep;
    const newest = (condition: string): StatementSync =>
      window.database.prepare(
        `SELECT n.revision, n.at, n.position, n.hash, n.state
         FROM summaries AS s JOIN snapshots AS n ON n.account = s.account
         WHERE s.account = ? AND s.error IS NULL ${condition} ORDER BY n.revision DESC LIMIT 1`,
      );
    this.#newest = newest('');
    this.#newestAt = newest('AND n.at <= ?');
    this.#newestUpTo = newest('AND n.revision <= ?');
  }

  override newest(accountId: string): Snapshot | undefined {
    return this.#find(this.#newest, accountId);
  }

  override newestAt(accountId: string, at: number): Snapshot | undefined {
    return this.#find(this.#newestAt, accountId, at);
  }

  override newestUpTo(accountId: string, revision: number): Snapshot | undefined {
    return this.#find(this.#newestUpTo, accountId, revision);
  }

  override save(snapshot: Snapshot): void {
    this.#keep(snapshot);
  }

  #find(statement: StatementSync, accountId: string, ...bound: readonly number[]): Snapshot | undefined {
    const account = this.#accounts.of(accountId);
    if (account === undefined) return undefined;
    const stored = this.#window.read(() => statement.get(account, ...bound)) as Omit<Snapshot, 'accountId'> | undefined;
    return stored === undefined ? undefined : { accountId, ...stored };
  }
}
