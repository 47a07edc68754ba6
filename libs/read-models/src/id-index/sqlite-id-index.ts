import type { StatementSync } from 'node:sqlite';
import { IdIndex, type Position, type Transaction } from '#application/ports';
import { type AccountEvent, type AccountEventType, type HoldFacts, requestKey, UnreadableEvent } from '#domain';
import type { AccountNumbers } from '../file/account-numbers.ts';
import type { ReadWindow } from '../file/read-window.ts';
import { readStoredEvent } from '../file/stored-event.ts';
import {
  readHoldFacts,
  type StoredHold,
  storedHoldColumns,
  storedHoldJoins,
} from '../projections/holds/stored-hold.ts';
import type { IdFilter } from './id-filter.ts';

interface Stored {
  /** Why the account's later events are not in the tables, if they are not. */
  readonly error: string | null;
}

/**
 * The id index over the read models' tables.
 *
 * Every look-up throws UnreadableEvent for an account out of service: the position moves on past its events although they
 * are not in the index, so an id that is not found may well be used, and must not be taken for a new one.
 */
export class SqliteIdIndex extends IdIndex {
  readonly #window: ReadWindow;
  readonly #accounts: AccountNumbers;
  readonly #passed: () => Position;
  readonly #filter: () => IdFilter | undefined;
  readonly #hold: StatementSync;
  readonly #request: StatementSync;
  readonly #paid: StatementSync;

  /**
   * @param passed what is surely committed; the tables may be ahead of it.
   * @param filter knows every hold that is in the tables; undefined while it must not be asked.
   */
  constructor(
    window: ReadWindow,
    accounts: AccountNumbers,
    passed: () => Position,
    filter: () => IdFilter | undefined,
  ) {
    super();
    const { database } = window;
    this.#window = window;
    this.#accounts = accounts;
    this.#passed = passed;
    this.#filter = filter;
    this.#hold = database.prepare(
      `SELECT s.error, ${storedHoldColumns}
       FROM summaries AS s LEFT JOIN holds AS h ON h.account = s.account AND h.hold_id = ? ${storedHoldJoins}
       WHERE s.account = ?`,
    );
    this.#request = database.prepare(
      `SELECT s.error, r.type, r.data
       FROM summaries AS s LEFT JOIN requests AS r ON r.account = s.account AND r.key = ? WHERE s.account = ?`,
    );
    // A deposit's reference is only where to look: the order itself says by what it was paid.
    this.#paid = database.prepare(
      `SELECT a.account_id AS accountId, json_extract(p.data, '$.orderId') AS orderId FROM requests AS d
       JOIN requests AS p ON p.account = d.account AND p.key = ? || json_extract(d.data, '$.reference')
       JOIN requests AS o ON o.account = d.account AND o.key = ? || json_extract(p.data, '$.orderId')
       JOIN accounts AS a ON a.number = d.account
       WHERE d.type = 'funds-deposited.v1' AND d.key = ?
         AND json_extract(p.data, '$.transactionId') = ? AND json_extract(o.data, '$.channel') = ? LIMIT 1`,
    );
  }

  override get position(): Position {
    return this.#passed();
  }

  override hold(accountId: string, holdId: string): HoldFacts | undefined {
    if (this.#filter()?.mayHave(accountId, holdId) === false) return undefined;
    const account = this.#accounts.of(accountId);
    if (account === undefined) return undefined;
    const found: unknown = this.#window.read(() => this.#hold.get(holdId, account));
    const stored = found as Stored & (StoredHold | { readonly opening: null });
    assertReadable(accountId, stored);
    return stored.opening === null ? undefined : readHoldFacts(stored);
  }

  override request(accountId: string, key: string): AccountEvent | undefined {
    const account = this.#accounts.of(accountId);
    if (account === undefined) return undefined;
    const found: unknown = this.#window.read(() => this.#request.get(key, account));
    const stored = found as Stored & { type: AccountEventType | null; data: string };
    assertReadable(accountId, stored);
    return stored.type === null ? undefined : readStoredEvent(stored.type, stored.data);
  }

  override orderPaidBy({ channel, transactionId }: Transaction): { accountId: string; orderId: string } | undefined {
    const keys = [requestKey('order-payment', ''), requestKey('order', ''), requestKey('deposit', transactionId)];
    const found: unknown = this.#window.read(() => this.#paid.get(...keys, transactionId, channel));
    return found as { accountId: string; orderId: string } | undefined;
  }
}

function assertReadable(accountId: string, { error }: Stored): void {
  if (error !== null) throw new UnreadableEvent(`the id index of ${accountId} ends before ${error}`);
}
