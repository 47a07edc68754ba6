import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HoldQuery } from '#application/ports';
import type { HoldFacts } from '#domain';
import type { AccountNumbers } from '../../file/account-numbers.ts';
import { statusNumbers } from '../../file/schema.ts';
import { readHoldFacts, type StoredHold, storedHoldColumns, storedHoldJoins } from './stored-hold.ts';

/** Pages of the list of an account's holds: first their numbers, from the index that suits the question. */
export class HoldPages {
  readonly #accounts: AccountNumbers;
  readonly #selectNumber: StatementSync;
  readonly #all: StatementSync;
  readonly #open: StatementSync;
  readonly #due: StatementSync;
  readonly #ended: StatementSync;
  readonly #scenario: StatementSync;

  constructor(database: DatabaseSync, accounts: AccountNumbers) {
    this.#accounts = accounts;
    this.#selectNumber = database.prepare('SELECT hold FROM holds WHERE account = ? AND hold_id = ?');
    this.#all = database.prepare(
      `SELECT hold FROM open_holds WHERE account = ?1 AND hold > ?2
       ${Object.values(statusNumbers).map(endedAfter).join('')} ORDER BY hold LIMIT ?3`,
    );
    this.#open = database.prepare(
      'SELECT hold FROM open_holds WHERE account = ? AND hold > ? AND deadline > ? ORDER BY hold LIMIT ?',
    );
    this.#due = database.prepare(
      'SELECT hold FROM open_holds WHERE account = ? AND hold > ? AND deadline <= ? ORDER BY hold LIMIT ?',
    );
    this.#ended = database.prepare(
      'SELECT hold FROM endings WHERE account = ? AND status = ? AND hold > ? ORDER BY hold LIMIT ?',
    );
    this.#scenario = database.prepare(
      `SELECT ${storedHoldColumns} FROM holds AS h ${storedHoldJoins} WHERE h.hold = ?`,
    );
  }

  /** Undefined if the hold to go on after is not known; empty for an account that is not. */
  page(query: HoldQuery): readonly HoldFacts[] | undefined {
    const account = this.#accounts.of(query.accountId);
    if (account === undefined) return query.after === null ? [] : undefined;
    const after = query.after === null ? 0 : numbersIn(this.#selectNumber.all(account, query.after))[0];
    if (after === undefined) return undefined;
    const holds: HoldFacts[] = [];
    let left = query.characters ?? Number.POSITIVE_INFINITY;
    for (const hold of this.#numbers(query, account, after)) {
      const scenario = this.#scenario.get(hold) as unknown as StoredHold;
      holds.push(asOf(readHoldFacts(scenario), query.now));
      left -= scenario.opening.length + (scenario.ending?.length ?? 0) + (scenario.late?.length ?? 0);
      if (left <= 0) break;
    }
    return holds;
  }

  #numbers({ status, limit, now }: HoldQuery, account: number, after: number): readonly number[] {
    switch (status) {
      case null:
        return numbersIn(this.#all.all(account, after, limit));
      case 'open':
        return numbersIn(this.#open.all(account, after, now, limit));
      case 'settled':
      case 'released':
        return numbersIn(this.#ended.all(account, statusNumbers[status], after, limit));
      case 'expired': {
        const expired = numbersIn(this.#ended.all(account, statusNumbers.expired, after, limit));
        const due = numbersIn(this.#due.all(account, after, now, limit));
        return [...expired, ...due].sort((left, right) => left - right).slice(0, limit);
      }
    }
  }
}

/** One range of the index of endings for each status: merged, they are in the order of opening. */
function endedAfter(status: number): string {
  return `UNION ALL SELECT hold FROM endings WHERE account = ?1 AND status = ${String(status)} AND hold > ?2 `;
}

function numbersIn(rows: readonly object[]): readonly number[] {
  return rows.map((row) => (row as { hold: number }).hold);
}

/** A hold whose deadline has come reads expired, whether or not that was written down yet. */
function asOf(facts: HoldFacts, now: number): HoldFacts {
  const { holdId, amount, expiresAt } = facts.opening;
  if (facts.ending !== undefined || expiresAt > now) return facts;
  return { ...facts, ending: { type: 'hold-expired.v1', data: { at: expiresAt, holdId, amount, forfeited: null } } };
}
