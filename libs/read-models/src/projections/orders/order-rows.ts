import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type OrderFacts, type OrderOpened, requestKey } from '#domain';
import type { AccountNumbers } from '../../file/account-numbers.ts';
import { isConstraint } from '../../file/database.ts';
import { readStoredEvent } from '../../file/stored-event.ts';
import { ContradictingEvent } from '../contradicting-event.ts';

/**
 * The orders of accounts, in the order of their opening. What was said of each is in `requests`, under the ids that it
 * used up; so an order's row is never written again.
 */
export class OrderRows {
  readonly #add: StatementSync;
  readonly #find: StatementSync;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare('INSERT INTO orders (account, order_id) VALUES (?, ?)');
    this.#find = database.prepare('SELECT 1 FROM orders WHERE account = ? AND order_id = ?');
  }

  open(account: number, { orderId }: OrderOpened): void {
    try {
      this.#add.run(account, orderId);
    } catch (error) {
      if (isConstraint(error)) throw new ContradictingEvent(`order ${orderId} was opened before`);
      throw error;
    }
  }

  assertOpened(account: number, orderId: string): void {
    if (this.#find.get(account, orderId) === undefined) {
      throw new ContradictingEvent(`order ${orderId} was never opened`);
    }
  }
}

interface StoredOrder {
  readonly opening: string;
  readonly closing: string | null;
  readonly payment: string | null;
}

/** Pages of the list of an account's orders. */
export class OrderPages {
  readonly #accounts: AccountNumbers;
  readonly #selectNumber: StatementSync;
  readonly #page: StatementSync;

  constructor(database: DatabaseSync, accounts: AccountNumbers) {
    this.#accounts = accounts;
    this.#selectNumber = database.prepare('SELECT number FROM orders WHERE account = ? AND order_id = ?');
    this.#page = database.prepare(
      `SELECT o.data AS opening, c.data AS closing, p.data AS payment FROM orders AS n
       JOIN requests AS o ON o.account = n.account AND o.key = ? || n.order_id
       LEFT JOIN requests AS c ON c.account = n.account AND c.key = ? || n.order_id
       LEFT JOIN requests AS p ON p.account = n.account AND p.key = ? || n.order_id
       WHERE n.account = ? AND n.number > ? ORDER BY n.number LIMIT ?`,
    );
  }

  /** Undefined if the order to go on after is not known; empty for an account that is not. */
  page(accountId: string, after: string | null, limit: number): readonly OrderFacts[] | undefined {
    const account = this.#accounts.of(accountId);
    if (account === undefined) return after === null ? [] : undefined;
    const from = after === null ? 0 : (this.#selectNumber.get(account, after)?.['number'] as number | undefined);
    if (from === undefined) return undefined;
    const keys = (['order', 'order-closing', 'order-payment'] as const).map((kind) => requestKey(kind, ''));
    const rows = this.#page.all(...keys, account, from, limit) as unknown as readonly StoredOrder[];
    return rows.map(readOrderFacts);
  }
}

function readOrderFacts({ opening, closing, payment }: StoredOrder): OrderFacts {
  return {
    opening: readStoredEvent('order-opened.v1', opening).data,
    ...(closing !== null && { closing: readStoredEvent('order-closed.v1', closing) }),
    ...(payment !== null && { payment: readStoredEvent('order-paid.v1', payment) }),
  };
}
