import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Balance, formatMoney, parseMoney, type SuspensionCause } from '#domain';
import { summariesCachedMax } from '../../limits.ts';
import { balanceParts, emptyBalance } from './balance-after.ts';

/** Where one account stands, as the writer works on it. */
export interface AccountSummary {
  readonly account: number;
  revision: number;
  balance: Balance;
  suspendedFor: readonly SuspensionCause[];
  closed: boolean;
  openHolds: number;
  /** Nearest of the open holds' deadlines and of what else falls due; null if nothing does. */
  nextDeadline: number | null;
  /** What was due at `nextDeadline` has happened, or what is due has changed: the nearest has to be looked up. */
  nextDeadlineGone: boolean;
  /** Why later events of the account are not folded, if they are not. */
  error: string | null;
  changed: boolean;
}

type StoredSummary = Readonly<Record<keyof Balance, string>> & {
  readonly account: number;
  readonly revision: number;
  readonly suspended_for: string;
  readonly closed: number;
  readonly open_holds: number;
  readonly next_deadline: number | null;
  readonly error: string | null;
};

/** The summaries of the accounts that pages touch: read once, changed in memory, written once a page. */
export class AccountSummaries {
  readonly #cached = new Map<string, AccountSummary>();
  readonly #changed: AccountSummary[] = [];
  readonly #addAccount: StatementSync;
  readonly #addSummary: StatementSync;
  readonly #load: StatementSync;
  readonly #update: StatementSync;
  readonly #nextDeadline: StatementSync;

  constructor(database: DatabaseSync) {
    this.#addAccount = database.prepare('INSERT INTO accounts (account_id, opened) VALUES (?, ?)');
    this.#addSummary = database.prepare(
      `INSERT INTO summaries (account, revision, ${balanceParts.join(', ')}, suspended_for, closed, open_holds)
       VALUES (?, -1, ${balanceParts.map(() => "'0'").join(', ')}, '[]', 0, 0)`,
    );
    this.#load = database.prepare(
      'SELECT s.* FROM accounts AS a JOIN summaries AS s ON s.account = a.number WHERE a.account_id = ?',
    );
    this.#update = database.prepare(
      `UPDATE summaries SET revision = ?, ${balanceParts.map((part) => `${part} = ?`).join(', ')},
         suspended_for = ?, closed = ?, open_holds = ?, next_deadline = ?, error = ?
       WHERE account = ?`,
    );
    this.#nextDeadline = database.prepare(
      `SELECT min(deadline) AS deadline FROM (
         SELECT min(deadline) AS deadline FROM open_holds WHERE account = ?1
         UNION ALL SELECT min(deadline) FROM schedule WHERE account = ?1)`,
    );
  }

  of(accountId: string): AccountSummary | undefined {
    const cached = this.#cached.get(accountId);
    if (cached !== undefined) return cached;
    const stored = this.#load.get(accountId) as StoredSummary | undefined;
    if (stored === undefined) return undefined;
    const row = readSummary(stored);
    this.#cached.set(accountId, row);
    return row;
  }

  /** @param opened text of the opening event's data; null if it could not be read. */
  add(accountId: string, opened: string | null): AccountSummary {
    const account = Number(this.#addAccount.run(accountId, opened).lastInsertRowid);
    this.#addSummary.run(account);
    const row: AccountSummary = {
      account,
      revision: -1,
      balance: emptyBalance,
      suspendedFor: [],
      closed: false,
      openHolds: 0,
      nextDeadline: null,
      nextDeadlineGone: false,
      error: null,
      changed: false,
    };
    this.#cached.set(accountId, row);
    return row;
  }

  touch(row: AccountSummary): void {
    if (row.changed) return;
    row.changed = true;
    this.#changed.push(row);
  }

  /** Writes what has changed. */
  flush(): void {
    for (const row of this.#changed) {
      if (row.nextDeadlineGone) {
        const { deadline } = this.#nextDeadline.get(row.account) as { deadline: number | null };
        row.nextDeadline = deadline;
        row.nextDeadlineGone = false;
      }
      this.#update.run(
        row.revision,
        ...balanceParts.map((part) => formatMoney(row.balance[part])),
        JSON.stringify(row.suspendedFor),
        row.closed ? 1 : 0,
        row.openHolds,
        row.nextDeadline,
        row.error,
        row.account,
      );
      row.changed = false;
    }
    this.#changed.length = 0;
    if (this.#cached.size > summariesCachedMax) this.#cached.clear();
  }

  /** After a rollback: what is in memory was never written. */
  forget(): void {
    this.#cached.clear();
    this.#changed.length = 0;
  }
}

function readSummary(stored: StoredSummary): AccountSummary {
  const balance = Object.fromEntries(balanceParts.map((part) => [part, parseMoney(stored[part], 'signed')]));
  return {
    account: stored.account,
    revision: stored.revision,
    balance: balance as unknown as Balance,
    suspendedFor: JSON.parse(stored.suspended_for) as readonly SuspensionCause[],
    closed: stored.closed !== 0,
    openHolds: stored.open_holds,
    nextDeadline: stored.next_deadline,
    nextDeadlineGone: false,
    error: stored.error,
    changed: false,
  };
}
