import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ChargeRefunded, FundsFrozen, HoldEnding } from '#domain';
import { isConstraint } from '../../file/database.ts';
import { statusNumbers } from '../../file/schema.ts';
import { ContradictingEvent } from '../contradicting-event.ts';

/** A hold that is open, as its row names it. */
export interface HoldRow {
  readonly hold: number;
  readonly deadline: number;
}

const endedAs = {
  'hold-settled.v1': statusNumbers.settled,
  'hold-released.v1': statusNumbers.released,
  'hold-expired.v1': statusNumbers.expired,
} as const satisfies Record<HoldEnding['type'], number>;

/** Writes what happens to holds. Refuses, before it writes anything, what cannot have happened. */
export class HoldRows {
  readonly #add: StatementSync;
  readonly #addOpen: StatementSync;
  readonly #find: StatementSync;
  readonly #isOpen: StatementSync;
  readonly #removeOpen: StatementSync;
  readonly #addEnding: StatementSync;
  readonly #settleEnded: StatementSync;
  readonly #noteLate: StatementSync;
  readonly #noteUncollected: StatementSync;
  readonly #isSettled: StatementSync;
  readonly #noteRefunded: StatementSync;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare('INSERT INTO holds (account, hold_id, deadline, opening) VALUES (?, ?, ?, ?)');
    this.#addOpen = database.prepare('INSERT INTO open_holds (account, deadline, hold, amount) VALUES (?, ?, ?, ?)');
    this.#find = database.prepare('SELECT hold, deadline FROM holds WHERE account = ? AND hold_id = ?');
    this.#isOpen = database.prepare('SELECT 1 AS open FROM open_holds WHERE account = ? AND deadline = ? AND hold = ?');
    this.#removeOpen = database.prepare('DELETE FROM open_holds WHERE account = ? AND deadline = ? AND hold = ?');
    this.#addEnding = database.prepare(
      'INSERT INTO endings (hold, account, status, type, data) VALUES (?, ?, ?, ?, ?)',
    );
    this.#settleEnded = database.prepare(
      `UPDATE endings SET status = ${String(statusNumbers.settled)}
       WHERE hold = ? AND status <> ${String(statusNumbers.settled)}`,
    );
    this.#noteLate = database.prepare(
      'INSERT INTO followUps (hold, late) VALUES (?, ?) ON CONFLICT (hold) DO UPDATE SET late = excluded.late',
    );
    this.#noteUncollected = database.prepare(
      `INSERT INTO followUps (hold, uncollected) VALUES (?, ?)
       ON CONFLICT (hold) DO UPDATE SET uncollected = excluded.uncollected`,
    );
    this.#isSettled = database.prepare(
      `SELECT 1 AS settled FROM endings WHERE hold = ? AND status = ${String(statusNumbers.settled)}`,
    );
    this.#noteRefunded = database.prepare(
      `INSERT INTO followUps (hold, refunded) VALUES (?, ?)
       ON CONFLICT (hold) DO UPDATE SET refunded = excluded.refunded`,
    );
  }

  open(account: number, opening: FundsFrozen, text: string): void {
    try {
      const { lastInsertRowid } = this.#add.run(account, opening.holdId, opening.expiresAt, text);
      this.#addOpen.run(account, opening.expiresAt, lastInsertRowid, opening.amount);
    } catch (error) {
      if (isConstraint(error)) throw new ContradictingEvent(`hold ${opening.holdId} was opened before`);
      throw error;
    }
  }

  /** Ends an open hold; returns its row as it was. */
  end(account: number, ending: HoldEnding, text: string): HoldRow {
    const row = this.#ensureRow(account, ending.data.holdId);
    const { changes } = this.#removeOpen.run(account, row.deadline, row.hold);
    if (changes !== 1) throw new ContradictingEvent(`hold ${ending.data.holdId} has ended before`);
    this.#addEnding.run(row.hold, account, endedAs[ending.type], ending.type, text);
    return row;
  }

  settleLate(account: number, holdId: string, text: string): void {
    const { hold } = this.#ensureRow(account, holdId);
    const { changes } = this.#settleEnded.run(hold);
    if (changes !== 1) throw new ContradictingEvent(`hold ${holdId} has not ended unused`);
    this.#noteLate.run(hold, text);
  }

  noteUncollected(account: number, holdId: string, text: string): void {
    this.#noteUncollected.run(this.#ensureRow(account, holdId).hold, text);
  }

  refund(account: number, { holdId, refunded }: ChargeRefunded): void {
    const { hold } = this.#ensureRow(account, holdId);
    if (this.#isSettled.get(hold) === undefined) throw new ContradictingEvent(`hold ${holdId} was not charged`);
    this.#noteRefunded.run(hold, refunded);
  }

  assertOpen(account: number, holdId: string): void {
    const { hold, deadline } = this.#ensureRow(account, holdId);
    if (this.#isOpen.get(account, deadline, hold) === undefined) {
      throw new ContradictingEvent(`hold ${holdId} is not open`);
    }
  }

  #ensureRow(account: number, holdId: string): HoldRow {
    const row = this.#find.get(account, holdId) as HoldRow | undefined;
    if (row === undefined) throw new ContradictingEvent(`hold ${holdId} was never opened`);
    return row;
  }
}
