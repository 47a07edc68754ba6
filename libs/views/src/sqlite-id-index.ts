import type { StatementSync } from 'node:sqlite';
import type { AccountEvent, HoldFacts } from '#ledger';
import { IdIndex, type Position } from '#operations/ports';
import type { ReadWindow } from './read-window.ts';
import { eventOf, factsOf, storyColumns, storyTables, type AccountNumbers, type StoredStory } from './reading.ts';

/** The id index over the views' tables. */
export class SqliteIdIndex extends IdIndex {
  readonly #window: ReadWindow;
  readonly #accounts: AccountNumbers;
  readonly #passed: () => Position;
  readonly #hold: StatementSync;
  readonly #request: StatementSync;

  /** @param passed what is surely committed; the tables may be ahead of it. */
  constructor(window: ReadWindow, accounts: AccountNumbers, passed: () => Position) {
    super();
    const { database } = window;
    this.#window = window;
    this.#accounts = accounts;
    this.#passed = passed;
    this.#hold = database.prepare(`SELECT ${storyColumns} FROM ${storyTables} WHERE h.account = ? AND h.hold_id = ?`);
    this.#request = database.prepare('SELECT type, data FROM requests WHERE account = ? AND key = ?');
  }

  override get position(): Position {
    return this.#passed();
  }

  override hold(accountId: string, holdId: string): HoldFacts | undefined {
    const account = this.#accounts.of(accountId);
    if (account === undefined) return undefined;
    this.#window.open();
    const story = this.#hold.get(account, holdId) as StoredStory | undefined;
    return story === undefined ? undefined : factsOf(story);
  }

  override request(accountId: string, key: string): AccountEvent | undefined {
    const account = this.#accounts.of(accountId);
    if (account === undefined) return undefined;
    this.#window.open();
    const stored = this.#request.get(account, key) as { type: string; data: string } | undefined;
    return stored === undefined ? undefined : eventOf(stored.type, stored.data);
  }
}
