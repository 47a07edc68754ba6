import type { StatementSync } from 'node:sqlite';
import {
  type AccountRow,
  type DueAccount,
  type DuePage,
  type DueQuery,
  type HoldQuery,
  pageRowsMax,
  type Progress,
  ReadModels,
  type WarningRow,
} from '#application/ports';
import type { HoldFacts, OrderFacts } from '#domain';
import type { AccountNumbers } from '../file/account-numbers.ts';
import type { ReadWindow } from '../file/read-window.ts';
import { AccountPages } from './accounts/account-pages.ts';
import { DuePages } from './due/due-pages.ts';
import { HoldPages } from './holds/hold-pages.ts';
import { OrderPages } from './orders/order-rows.ts';
import { WarningPages } from './warnings/warning-rows.ts';

interface DueRow {
  readonly account_id: string;
  readonly next_deadline: number;
}

/** The lists over the read models' tables. */
export class SqliteLists extends ReadModels {
  readonly #window: ReadWindow;
  readonly #progress: () => Progress;
  readonly #accountPages: AccountPages;
  readonly #holdPages: HoldPages;
  readonly #orderPages: OrderPages;
  readonly #duePages: DuePages;
  readonly #warningPages: WarningPages;
  readonly #dueAccounts: StatementSync;
  readonly #oldestDue: StatementSync;

  constructor(window: ReadWindow, accounts: AccountNumbers, progress: () => Progress) {
    super();
    const { database } = window;
    this.#window = window;
    this.#progress = progress;
    this.#accountPages = new AccountPages(database);
    this.#holdPages = new HoldPages(database, accounts);
    this.#orderPages = new OrderPages(database, accounts);
    this.#duePages = new DuePages(database);
    this.#warningPages = new WarningPages(database, accounts);
    // The conditions are those of the index `due`, or SQLite would not use it.
    const due = 'next_deadline IS NOT NULL AND error IS NULL AND next_deadline <= ?';
    this.#dueAccounts = database.prepare(
      `SELECT a.account_id, s.next_deadline FROM summaries AS s JOIN accounts AS a ON a.number = s.account
       WHERE ${due} ORDER BY s.next_deadline LIMIT ?`,
    );
    this.#oldestDue = database.prepare(`SELECT min(next_deadline) AS deadline FROM summaries WHERE ${due}`);
  }

  override progress(): Progress {
    return this.#progress();
  }

  override accounts(
    after: string | null,
    limit: number,
    prefixes: readonly string[],
    now: number,
    characters = Number.POSITIVE_INFINITY,
  ): readonly AccountRow[] {
    const rows = Math.min(limit, pageRowsMax);
    return this.#window.read(() => this.#accountPages.page(after, rows, prefixes, now, characters));
  }

  override holds(query: HoldQuery): readonly HoldFacts[] | undefined {
    const limit = Math.min(query.limit, pageRowsMax);
    return this.#window.read(() => this.#holdPages.page({ ...query, limit }));
  }

  override orders(accountId: string, after: string | null, limit: number): readonly OrderFacts[] | undefined {
    const rows = Math.min(limit, pageRowsMax);
    return this.#window.read(() => this.#orderPages.page(accountId, after, rows));
  }

  override warnings(accountId: string, from: number, limit: number): readonly WarningRow[] {
    return this.#window.read(() => this.#warningPages.page(accountId, from, Math.min(limit, pageRowsMax)));
  }

  override usesPriceBook(book: string, prefixes: readonly string[]): boolean {
    return this.#window.read(() => this.#accountPages.usesPriceBook(book, prefixes));
  }

  override dueAccounts(now: number, limit: number): readonly DueAccount[] {
    const rows = this.#window.read(() => this.#dueAccounts.all(now, limit)) as unknown as readonly DueRow[];
    return rows.map((row) => ({ accountId: row.account_id, deadline: row.next_deadline }));
  }

  override dueSeconds(query: DueQuery): DuePage {
    const limit = Math.min(query.limit, pageRowsMax);
    return this.#window.read(() => this.#duePages.page({ ...query, limit }));
  }

  override oldestDue(now: number): number | undefined {
    return (this.#window.read(() => this.#oldestDue.get(now)) as { deadline: number | null }).deadline ?? undefined;
  }
}
