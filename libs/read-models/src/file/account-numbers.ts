import type { StatementSync } from 'node:sqlite';
import { accountNumbersCachedMax } from '../limits.ts';
import type { ReadWindow } from './read-window.ts';

/** The numbers of accounts, which never change while a read model file lives. */
export class AccountNumbers {
  readonly #window: ReadWindow;
  readonly #find: StatementSync;
  /** Oldest first. */
  readonly #known = new Map<string, number>();

  constructor(window: ReadWindow) {
    this.#window = window;
    this.#find = window.database.prepare('SELECT number FROM accounts WHERE account_id = ?');
  }

  /** Undefined while the read models have not seen the account. */
  of(accountId: string): number | undefined {
    const known = this.#known.get(accountId);
    if (known !== undefined) return known;
    const row = this.#window.read(() => this.#find.get(accountId)) as { number: number } | undefined;
    const found = row?.number;
    if (found !== undefined) this.#remember(accountId, found);
    return found;
  }

  #remember(accountId: string, number: number): void {
    if (this.#known.size >= accountNumbersCachedMax) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(accountId, number);
  }
}
