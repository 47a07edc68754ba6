import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent } from '#application/ports';
import { type AccountEvent, presentText, readUsedKey, requestKey } from '#domain';
import type { FindingKind } from '../../finding.ts';

export type ReportRow = (kind: FindingKind, accountId: string, revision: number, detail: string) => void;

/** How many rows of each kind an account's events ask for. */
export interface RowCounts {
  holds: number;
  endings: number;
  lates: number;
  uncollected: number;
  refunded: number;
  requests: number;
  orders: number;
}

const statusAfter = { 'hold-settled.v1': 1, 'hold-released.v1': 2, 'hold-expired.v1': 3 } as const;
const settled = statusAfter['hold-settled.v1'];

interface LifecycleRow {
  readonly deadline: number;
  readonly opening: string;
  readonly status: number | null;
  readonly type: string | null;
  readonly ending: string | null;
  readonly late: string | null;
  readonly uncollected: string | null;
  readonly refunded: string | null;
}

/** Holds and the id index, row by row: each has the text of the event that it comes from. */
export class HoldAndIdRows {
  readonly counts = new Map<string, RowCounts>();
  /** What only the last event of several is shown of, until the log has been followed to the file's place. */
  readonly #lasts = new Map<string, () => void>();
  readonly #numbers = new Map<string, number>();
  readonly #account: StatementSync;
  readonly #scenario: StatementSync;
  readonly #request: StatementSync;
  readonly #warning: StatementSync;
  readonly #report: ReportRow;

  constructor(database: DatabaseSync, report: ReportRow) {
    this.#report = report;
    this.#account = database.prepare('SELECT number, opened, terms FROM accounts WHERE account_id = ?');
    this.#scenario = database.prepare(
      `SELECT h.deadline, h.opening, e.status, e.type, e.data AS ending, a.late, a.uncollected, a.refunded
       FROM holds AS h LEFT JOIN endings AS e ON e.hold = h.hold LEFT JOIN followUps AS a ON a.hold = h.hold
       WHERE h.account = ? AND h.hold_id = ?`,
    );
    this.#warning = database.prepare('SELECT data FROM warnings WHERE account = ? AND revision = ?');
    this.#request = database.prepare('SELECT type, data FROM requests WHERE account = ? AND key = ?');
  }

  compare(accountId: string, recorded: RecordedEvent, event: AccountEvent): void {
    const { revision } = recorded;
    const data = presentText(recorded, event);
    const counts = this.#ensureCounts(accountId);
    const { type } = event;
    const hold = (right: (scenario: LifecycleRow) => boolean): void => {
      if ('holdId' in event.data) this.#compareHold(accountId, revision, type, event.data.holdId, right);
    };
    const request = (key: string): void => {
      counts.requests += 1;
      this.#compareRequest(accountId, revision, key, type, data);
    };
    const key = readUsedKey(event);
    if (key !== undefined && type !== 'funds-frozen.v1') request(key);
    switch (type) {
      case 'account-opened.v1':
        this.#compareOpening(accountId, revision, data);
        return;
      case 'call-failed.v1':
        request(requestKey('attempt', `${event.data.holdId}/${event.data.attemptId}`));
        return;
      case 'charge-refunded.v1': {
        const { holdId, refunded } = event.data;
        const first = this.#putLast(`${accountId} hold ${holdId}`, () => {
          hold((scenario) => scenario.refunded === refunded);
        });
        if (first) counts.refunded += 1;
        return;
      }
      case 'deposit-reversed.v1': {
        const reversed = requestKey('reversed', event.data.depositId);
        const first = this.#putLast(`${accountId} ${reversed}`, () => {
          this.#compareRequest(accountId, revision, reversed, type, data);
        });
        if (first) counts.requests += 1;
        return;
      }
      case 'terms-changed.v1':
        this.#putLast(`${accountId} terms`, () => {
          if (this.#account.get(accountId)?.['terms'] === JSON.stringify(event.data.terms)) return;
          this.#report('read-model-account-differs', accountId, revision, 'its terms are not those in the log');
        });
        return;
      case 'order-opened.v1':
        counts.orders += 1;
        return;
      case 'funds-frozen.v1':
        counts.holds += 1;
        hold(({ opening, deadline }) => opening === data && deadline === event.data.expiresAt);
        return;
      case 'hold-settled.v1':
      case 'hold-released.v1':
      case 'hold-expired.v1':
        counts.endings += 1;
        hold((scenario) => {
          const status = scenario.late === null ? statusAfter[type] : settled;
          return scenario.type === type && scenario.ending === data && scenario.status === status;
        });
        return;
      case 'hold-settled-late.v1':
        counts.lates += 1;
        hold((scenario) => scenario.late === data && scenario.status === settled);
        return;
      case 'charge-uncollected.v1':
        counts.uncollected += 1;
        hold((scenario) => scenario.uncollected === data);
        return;
      case 'warning-raised.v1':
        if (this.#warning.get(this.#findNumber(accountId), revision)?.['data'] === data) return;
        this.#report('read-model-account-differs', accountId, revision, 'its warning is not the one in the log');
        return;
      default:
    }
  }

  /** Compares what each hold or deposit has of its last correction. */
  finish(): void {
    for (const compare of this.#lasts.values()) compare();
  }

  /** Whether it is the first. */
  #putLast(key: string, compare: () => void): boolean {
    const first = !this.#lasts.has(key);
    this.#lasts.set(key, compare);
    return first;
  }

  #compareOpening(accountId: string, revision: number, data: string): void {
    const row = this.#account.get(accountId);
    if (row !== undefined) this.#numbers.set(accountId, Number(row['number']));
    if (row?.['opened'] === data) return;
    this.#report('read-model-account-differs', accountId, revision, 'its opening is not the one in the log');
  }

  #compareHold(
    accountId: string,
    revision: number,
    type: AccountEvent['type'],
    holdId: string,
    right: (scenario: LifecycleRow) => boolean,
  ): void {
    const row = this.#scenario.get(this.#findNumber(accountId), holdId) as unknown as LifecycleRow | undefined;
    if (row !== undefined && right(row)) return;
    const what = row === undefined ? 'is not there' : `does not show this ${type} as the log has it`;
    this.#report('read-model-hold-differs', accountId, revision, `hold ${holdId} ${what}`);
  }

  #compareRequest(accountId: string, revision: number, key: string, type: string, data: string): void {
    const row = this.#request.get(this.#findNumber(accountId), key);
    if (row?.['type'] === type && row['data'] === data) return;
    this.#report('read-model-id-differs', accountId, revision, `the id of ${key} is not there as the log has it`);
  }

  #findNumber(accountId: string): number {
    return this.#numbers.get(accountId) ?? -1;
  }

  #ensureCounts(accountId: string): RowCounts {
    const known = this.counts.get(accountId);
    if (known !== undefined) return known;
    const counts = { holds: 0, endings: 0, lates: 0, uncollected: 0, refunded: 0, requests: 0, orders: 0 };
    this.counts.set(accountId, counts);
    return counts;
  }
}
