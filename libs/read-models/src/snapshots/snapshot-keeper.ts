import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Position, Snapshot } from '#application/ports';
import { snapshotDensity, snapshotsPendingCharactersMax, snapshotsPendingMax } from '../limits.ts';

interface NewestKept {
  readonly ordinal: number;
  readonly revision: number;
}

/**
 * Writes snapshots once the read models have passed them: only then is every id that they leave out in the id index. Of an
 * account with a error it writes none: there the ids are not in the index, whatever the position says.
 *
 * Of an account's snapshots, numbered 0, 1, 2 …, the newest are kept densely and older ones ever more thinly: when
 * number n is kept, number n - 16 · (the largest power of two that divides n) is dropped. So of the odd numbers the
 * newest 8 stay, of those divisible by 2 but not by 4 the newest 8, and so on, and number 0 for ever: about 8 · log2(n)
 * in all, and the snapshot before any old moment is at most an eighth of the moment's age away from it.
 */
export class SnapshotKeeper {
  #pending: Snapshot[] = [];
  #pendingCharacters = 0;
  readonly #selectAccount: StatementSync;
  readonly #newest: StatementSync;
  readonly #add: StatementSync;
  readonly #drop: StatementSync;

  constructor(database: DatabaseSync) {
    this.#selectAccount = database.prepare(
      'SELECT a.number FROM accounts AS a JOIN summaries AS s ON s.account = a.number WHERE a.account_id = ? AND s.error IS NULL',
    );
    this.#newest = database.prepare(
      'SELECT ordinal, revision FROM snapshots WHERE account = ? ORDER BY revision DESC LIMIT 1',
    );
    this.#add = database.prepare(
      'INSERT INTO snapshots (account, ordinal, revision, at, position, hash, state) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#drop = database.prepare('DELETE FROM snapshots WHERE account = ? AND ordinal = ?');
  }

  /** Keeps nothing of a snapshot without a state: its account has too many open holds. */
  keep(snapshot: Snapshot): void {
    if (snapshot.state === '') return;
    this.#pending.push(snapshot);
    this.#pendingCharacters += snapshot.state.length;
    while (this.#pending.length > snapshotsPendingMax || this.#pendingCharacters > snapshotsPendingCharactersMax) {
      this.#pendingCharacters -= this.#pending.shift()?.state.length ?? 0;
    }
  }

  /** Whether any snapshot waits that the position has passed. */
  anyPassed(position: Position): boolean {
    return this.#pending.some((snapshot) => snapshot.position <= position);
  }

  /** Writes, in the caller's transaction, what the position has passed. */
  writePassed(position: Position): void {
    for (const snapshot of this.#pending) {
      if (snapshot.position <= position) this.#write(snapshot);
    }
  }

  /** After the commit: what was written waits no more. */
  forgetPassed(position: Position): void {
    if (this.#pending.length === 0) return;
    this.#pending = this.#pending.filter((snapshot) => snapshot.position > position);
    this.#pendingCharacters = this.#pending.reduce((sum, { state }) => sum + state.length, 0);
  }

  #write({ accountId, revision, at, position, hash, state }: Snapshot): void {
    const account = (this.#selectAccount.get(accountId) as { number: number } | undefined)?.number;
    if (account === undefined) return;
    const newest = this.#newest.get(account) as NewestKept | undefined;
    // Made again after a restart, or by a lane that was behind: nothing is gained by it.
    if (newest !== undefined && newest.revision >= revision) return;
    const ordinal = (newest?.ordinal ?? -1) + 1;
    this.#add.run(account, ordinal, revision, at, position, hash, state);
    const dropped = ordinal - snapshotDensity * (ordinal & -ordinal);
    if (dropped > 0) this.#drop.run(account, dropped);
  }
}
