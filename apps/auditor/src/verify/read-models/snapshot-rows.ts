import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent } from '#application/ports';
import { foldVersion, writeSnapshot } from '#domain';
import type { AuditScope } from '../../source/audit-scope.ts';
import type { AuditedAccount } from '../audited-account.ts';
import type { ReportRow } from './hold-and-id-rows.ts';

interface SnapshotPlace {
  readonly row: number;
  readonly position: string;
  readonly account_id: string;
  readonly revision: number;
}

interface SnapshotRow {
  readonly revision: number;
  readonly at: number;
  readonly hash: string;
  readonly state: string;
}

/** Every snapshot against the state that a full replay comes to at its place. */
export class SnapshotRows {
  readonly #places: Iterator<SnapshotPlace>;
  readonly #read: StatementSync;
  readonly #accounts: ReadonlyMap<string, AuditedAccount>;
  readonly #scope: AuditScope;
  readonly #report: ReportRow;
  /** Snapshots that were compared with a full replay. */
  compared = 0;
  #next: SnapshotPlace | undefined;

  constructor(
    database: DatabaseSync,
    madeByFold: number,
    accounts: ReadonlyMap<string, AuditedAccount>,
    scope: AuditScope,
    report: ReportRow,
  ) {
    // Snapshots of another version of the fold are never used, and are dropped when the file is opened next.
    const statement = database.prepare(
      `SELECT s.rowid AS row, s.position, s.revision, coalesce(a.account_id, '?') AS account_id
       FROM snapshots AS s LEFT JOIN accounts AS a ON a.number = s.account
       WHERE ${String(madeByFold)} = ${String(foldVersion)} ORDER BY s.position`,
    );
    this.#places = statement.iterate() as unknown as Iterator<SnapshotPlace>;
    this.#read = database.prepare('SELECT revision, at, hash, state FROM snapshots WHERE rowid = ?');
    this.#accounts = accounts;
    this.#scope = scope;
    this.#report = report;
    this.#advance();
  }

  /** An event of an account was replayed; called in the order of the log. */
  compare(accountId: string, account: AuditedAccount, event: RecordedEvent): void {
    while (this.#next !== undefined && this.#next.position < event.position) this.#misplaced(this.#next);
    while (this.#next?.position === event.position) {
      const place = this.#next;
      if (place.account_id !== accountId) {
        this.#misplaced(place);
        continue;
      }
      this.compared += 1;
      const error = this.#compareSnapshot(this.#read.get(place.row) as unknown as SnapshotRow, account, event);
      if (error !== undefined) this.#report('snapshot-differs', accountId, event.revision, error);
      this.#advance();
    }
  }

  finish(): void {
    while (this.#next !== undefined) this.#misplaced(this.#next);
  }

  #compareSnapshot(row: SnapshotRow, { state }: AuditedAccount, event: RecordedEvent): string | undefined {
    // What the fold refuses was told where it happened.
    if (state === undefined || state.opened === null) return undefined;
    if (row.revision !== event.revision) return `it says revision ${String(row.revision)}`;
    if (row.at !== state.summary.lastAt || row.hash !== event.hash) return 'its time or hash is not that of its event';
    const replayed = writeSnapshot(state);
    return replayed === row.state ? undefined : describeDifference(row.state, replayed);
  }

  /** There is no such event, unless the log itself is wrong and its account was not followed so far. */
  #misplaced({ account_id: accountId, revision, position }: SnapshotPlace): void {
    if (this.#scope.hasAccount(accountId) && this.#accounts.get(accountId)?.stopped !== true) {
      this.#report('snapshot-differs', accountId, revision, `the log has no event of it at position ${position}`);
    }
    this.#advance();
  }

  #advance(): void {
    const next = this.#places.next();
    this.#next = next.done === true ? undefined : next.value;
  }
}

function describeDifference(kept: string, replayed: string): string {
  const [here, log] = [parseParts(kept), parseParts(replayed)];
  const part = Object.keys(log).find((name) => JSON.stringify(here[name]) !== JSON.stringify(log[name]));
  if (part === undefined) return 'its text is not that of a full replay';
  return `${part} is ${excerpt(here[part])}, by a full replay ${excerpt(log[part])}`;
}

function parseParts(text: string): Record<string, unknown> {
  try {
    // Before the state comes the digest of its text.
    const parts: unknown = JSON.parse(text.slice(text.indexOf('{')));
    return typeof parts === 'object' && parts !== null ? (parts as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Most characters of a part of a snapshot that are shown. */
const excerptMax = 120;

function excerpt(part: unknown): string {
  return (JSON.stringify(part) as string | undefined)?.slice(0, excerptMax) ?? 'missing';
}
