import type { DatabaseSync } from 'node:sqlite';
import { formatMoney } from '#domain';
import type { AuditScope } from '../../source/audit-scope.ts';
import type { AuditedAccount } from '../audited-account.ts';
import type { ReportRow, RowCounts } from './hold-and-id-rows.ts';

const balanceParts = ['available', 'frozen', 'settled', 'packs', 'deposited', 'credited', 'withdrawn'] as const;

/** One row of `summaries` with what its account's other tables come to. */
type SummaryRow = Readonly<Record<(typeof balanceParts)[number], string>> & {
  readonly account_id: string;
  readonly revision: number;
  readonly suspended_for: string;
  readonly closed: number;
  readonly open_holds: number;
  readonly next_deadline: number | null;
  readonly error: string | null;
};

interface OpenHoldRow {
  readonly account_id: string;
  readonly hold_id: string;
  readonly deadline: number;
  readonly amount: string;
}

interface DueRow {
  readonly account_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly deadline: number;
}

type Tally = Readonly<Record<keyof RowCounts, number>> & { readonly account_id: string };

const noRows: RowCounts = { holds: 0, endings: 0, lates: 0, uncollected: 0, refunded: 0, requests: 0, orders: 0 };

/** Where the accounts stand and which holds are open, at the moment of the file. */
export class SummaryRows {
  readonly #database: DatabaseSync;
  readonly #accounts: ReadonlyMap<string, AuditedAccount>;
  readonly #scope: AuditScope;
  readonly #report: ReportRow;
  readonly #outOfService = new Set<string>();

  constructor(
    database: DatabaseSync,
    accounts: ReadonlyMap<string, AuditedAccount>,
    scope: AuditScope,
    report: ReportRow,
  ) {
    this.#database = database;
    this.#accounts = accounts;
    this.#scope = scope;
    this.#report = report;
    database.function('followed', (accountId) => (scope.hasAccount(String(accountId)) ? 1 : 0));
    for (const row of this.#summaries()) {
      if (row.error === null) continue;
      this.#outOfService.add(row.account_id);
      report('account-out-of-service', row.account_id, row.revision, row.error);
    }
  }

  /** Its events after some revision are not in the file. */
  isOutOfService(accountId: string): boolean {
    return this.#outOfService.has(accountId);
  }

  /** @param counts how many rows the events that were replayed ask for. */
  compareAll(counts: ReadonlyMap<string, RowCounts>): void {
    const openHolds = this.#compareOpenHolds();
    const schedule = this.#schedule();
    const seen = new Set<string>();
    for (const row of this.#summaries()) {
      seen.add(row.account_id);
      this.#comparable(row.account_id, row.revision, (account) => {
        this.#compareSummary(row, account, openHolds.get(row.account_id) ?? 0, schedule.get(row.account_id) ?? '');
      });
    }
    for (const [accountId, { revision }] of this.#accounts) {
      if (!seen.has(accountId)) this.#report('read-model-account-differs', accountId, revision, 'it is not there');
    }
    for (const tally of this.#tallies()) {
      this.#comparable(tally.account_id, -1, ({ revision }) => {
        this.#compareTally(tally, counts.get(tally.account_id) ?? noRows, revision);
      });
    }
  }

  /** Leaves out accounts that are not asked for, out of service, or whose log itself is wrong. */
  #comparable(accountId: string, revision: number, compare: (account: AuditedAccount) => void): void {
    if (!this.#scope.hasAccount(accountId) || this.#outOfService.has(accountId)) return;
    const account = this.#accounts.get(accountId);
    if (account === undefined) {
      this.#report('read-model-account-differs', accountId, revision, 'the log has no such account by then');
      return;
    }
    if (!account.stopped) compare(account);
  }

  #compareSummary(row: SummaryRow, { audit, revision }: AuditedAccount, openHoldRows: number, dueRows: string): void {
    const report = (what: string, here: unknown, log: unknown): void => {
      if (here === log) return;
      const detail = `${what} is ${String(here)}, by the log ${String(log)}`;
      this.#report('read-model-account-differs', row.account_id, revision, detail);
    };
    report('its revision', row.revision, revision);
    for (const part of balanceParts) report(part, row[part], formatMoney(audit.balance[part]));
    report('suspendedFor', row.suspended_for, JSON.stringify(audit.suspendedFor));
    report('closed', row.closed, audit.closed ? 1 : 0);
    const { open } = audit.holds;
    report('the count of open holds', row.open_holds, open.size);
    report('the number of rows of open holds', openHoldRows, open.size);
    let nearest: number | null = null;
    for (const { expiresAt } of open.values()) nearest = Math.min(nearest ?? expiresAt, expiresAt);
    for (const at of audit.schedule.open.values()) nearest = Math.min(nearest ?? at, at);
    report('the nearest deadline', row.next_deadline, nearest);
    report(
      'the rows of schedule',
      dueRows,
      [...audit.schedule.open]
        .map(([due, at]) => `${due} ${String(at)}`)
        .sort()
        .join(', '),
    );
  }

  /** How many open holds each account has here. */
  #compareOpenHolds(): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    const statement = this.#database.prepare(
      `SELECT a.account_id, h.hold_id, o.deadline, o.amount FROM open_holds AS o
       JOIN holds AS h ON h.hold = o.hold JOIN accounts AS a ON a.number = o.account`,
    );
    for (const row of statement.iterate()) {
      const { account_id: accountId, hold_id: holdId, deadline, amount } = row as unknown as OpenHoldRow;
      found.set(accountId, (found.get(accountId) ?? 0) + 1);
      this.#comparable(accountId, -1, ({ audit, revision }) => {
        const hold = audit.holds.open.get(holdId);
        if (hold?.expiresAt === deadline && formatMoney(hold.amount) === amount) return;
        this.#report(
          'read-model-hold-differs',
          accountId,
          revision,
          `hold ${holdId} is open here otherwise than by the log`,
        );
      });
    }
    return found;
  }

  /** What falls due besides holds in each account, as one text. */
  #schedule(): ReadonlyMap<string, string> {
    const found = new Map<string, string[]>();
    const statement = this.#database.prepare(
      'SELECT a.account_id, d.kind, d.subject, d.deadline FROM schedule AS d JOIN accounts AS a ON a.number = d.account',
    );
    for (const row of statement.iterate()) {
      const { account_id: accountId, kind, subject, deadline } = row as unknown as DueRow;
      found.set(accountId, [...(found.get(accountId) ?? []), `${kind} ${subject} ${String(deadline)}`]);
    }
    return new Map([...found].map(([accountId, schedule]) => [accountId, schedule.sort().join(', ')]));
  }

  #compareTally(tally: Tally, counts: RowCounts, revision: number): void {
    const parts = Object.keys(counts) as (keyof RowCounts)[];
    const part = parts.find((name) => tally[name] !== counts[name]);
    if (part === undefined) return;
    const kind = part === 'requests' || part === 'orders' ? 'read-model-id-differs' : 'read-model-hold-differs';
    const detail = `${String(tally[part])} rows of ${part}, by the log ${String(counts[part])}`;
    this.#report(kind, tally.account_id, revision, detail);
  }

  *#summaries(): Generator<SummaryRow> {
    const statement = this.#database.prepare(
      'SELECT a.account_id, s.* FROM accounts AS a JOIN summaries AS s ON s.account = a.number',
    );
    for (const row of statement.iterate()) yield row as unknown as SummaryRow;
  }

  *#tallies(): Generator<Tally> {
    const statement = this.#database.prepare(
      `SELECT a.account_id,
         (SELECT count(*) FROM holds WHERE account = a.number) AS holds,
         (SELECT count(*) FROM endings WHERE account = a.number) AS endings,
         coalesce(m.lates, 0) AS lates, coalesce(m.uncollected, 0) AS uncollected,
         coalesce(m.refunded, 0) AS refunded,
         (SELECT count(*) FROM requests WHERE account = a.number) AS requests,
         (SELECT count(*) FROM orders WHERE account = a.number) AS orders
       FROM accounts AS a LEFT JOIN (
         SELECT h.account, count(f.late) AS lates, count(f.uncollected) AS uncollected, count(f.refunded) AS refunded
         FROM followUps AS f JOIN holds AS h ON h.hold = f.hold GROUP BY h.account
       ) AS m ON m.account = a.number WHERE followed(a.account_id)`,
    );
    for (const row of statement.iterate()) yield row as unknown as Tally;
  }
}
