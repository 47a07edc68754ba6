import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AccountRow } from '#application/ports';
import {
  type AccountOpened,
  agreedAtOpening,
  type AgreedTerms,
  type BalanceTexts,
  formatMoney,
  minus,
  parseMoney,
  plus,
  readStatus,
  sum,
  type SuspensionCause,
} from '#domain';
import { bookOfAccount } from '../../file/schema.ts';

type StoredAccount = BalanceTexts & {
  readonly account: number;
  readonly opened: string;
  readonly terms: string | null;
  readonly revision: number;
  readonly suspended_for: string;
  readonly closed: number;
  readonly open_holds: number;
  readonly next_deadline: number | null;
  readonly error: string | null;
};

/** Pages of the list of accounts. */
export class AccountPages {
  readonly #from: StatementSync;
  readonly #after: StatementSync;
  readonly #dueAmounts: StatementSync;
  readonly #graceOver: StatementSync;
  readonly #onBook: StatementSync;

  constructor(database: DatabaseSync) {
    // No id holds U+10FFFF, so `prefix <= id < prefix + U+10FFFF` is exactly "starts with": a range of the index, and
    // nothing in a prefix needs escaping.
    const range = (lowerBound: string): StatementSync =>
      database.prepare(
        `SELECT a.opened, a.terms, s.* FROM accounts AS a JOIN summaries AS s ON s.account = a.number
         WHERE a.account_id ${lowerBound} AND a.account_id < ? || char(1114111) AND a.opened IS NOT NULL
         ORDER BY a.account_id LIMIT ?`,
      );
    this.#from = range('>= ?');
    this.#after = range('> ?');
    this.#dueAmounts = database.prepare('SELECT amount FROM open_holds WHERE account = ? AND deadline <= ?');
    this.#onBook = database.prepare(
      `SELECT 1 FROM accounts
       WHERE ${bookOfAccount} = ? AND account_id >= ? AND account_id < ? || char(1114111) LIMIT 1`,
    );
    this.#graceOver = database.prepare(
      "SELECT 1 FROM schedule WHERE account = ? AND kind = 'arrears-suspension' AND deadline <= ?",
    );
  }

  page(
    after: string | null,
    limit: number,
    prefixes: readonly string[],
    now: number,
    characters: number,
  ): readonly AccountRow[] {
    let charactersLeft = characters;
    const rows: AccountRow[] = [];
    for (const prefix of apart(prefixes)) {
      const left = limit - rows.length;
      if (left <= 0 || charactersLeft <= 0) break;
      const stored =
        after !== null && after >= prefix
          ? this.#after.iterate(after, prefix, left)
          : this.#from.iterate(prefix, prefix, left);
      for (const one of stored) {
        const account = one as unknown as StoredAccount;
        rows.push(this.#rowAt(account, now));
        charactersLeft -= account.opened.length + (account.terms?.length ?? 0);
        if (charactersLeft <= 0) break;
      }
    }
    return rows;
  }

  /** See `ReadModels`. */
  usesPriceBook(book: string, prefixes: readonly string[]): boolean {
    return apart(prefixes).some((prefix) => this.#onBook.get(book, prefix, prefix) !== undefined);
  }

  /** As if everything due at `now` had happened. */
  #rowAt(stored: StoredAccount, now: number): AccountRow {
    const { account, open_holds: openHolds, next_deadline: nextDeadline } = stored;
    const nothingDue = nextDeadline === null || nextDeadline > now;
    const amounts = nothingDue ? [] : (this.#dueAmounts.all(account, now) as unknown as { amount: string }[]);
    const due = sum(amounts.map(({ amount }) => parseMoney(amount)));
    const opened = JSON.parse(stored.opened) as AccountOpened;
    const suspendedFor = this.#suspendedFor(stored, nothingDue, now);
    return {
      opened,
      terms: stored.terms === null ? agreedAtOpening(opened) : (JSON.parse(stored.terms) as AgreedTerms),
      status: readStatus({ closed: stored.closed !== 0, suspendedFor }),
      suspendedFor,
      balance: {
        available: formatMoney(plus(parseMoney(stored.available, 'signed'), due)),
        frozen: formatMoney(minus(parseMoney(stored.frozen, 'signed'), due)),
        settled: stored.settled,
        packs: stored.packs,
        deposited: stored.deposited,
        credited: stored.credited,
        withdrawn: stored.withdrawn,
      },
      openHolds: openHolds - amounts.length,
      revision: stored.revision,
      error: stored.error,
    };
  }

  #suspendedFor(stored: StoredAccount, nothingDue: boolean, now: number): readonly SuspensionCause[] {
    const suspendedFor = JSON.parse(stored.suspended_for) as readonly SuspensionCause[];
    if (nothingDue || this.#graceOver.get(stored.account, now) === undefined) return suspendedFor;
    return [...suspendedFor, 'arrears'];
  }
}

/** The prefixes in order, without those that a shorter one covers: their ranges do not overlap. */
function apart(prefixes: readonly string[]): readonly string[] {
  if (prefixes.length === 0) return [''];
  const kept: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}
