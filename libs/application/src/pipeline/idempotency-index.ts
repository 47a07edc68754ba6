import type { AccountEvent, AccountState, HoldFacts, IdempotencyIndex, Metadata } from '#domain';
import type { IdIndex } from '../ports/id-index.ts';

/** The id index has passed an event that the lane's state has not folded: another process wrote it. */
export class StaleState extends Error {
  override readonly name = 'StaleState';
}

/** The id index, for one account's decisions. */
class AccountIndex implements IdempotencyIndex {
  readonly #idIndex: IdIndex;
  readonly #accountId: string;
  readonly #state: AccountState;

  constructor(idIndex: IdIndex, accountId: string, state: AccountState) {
    this.#idIndex = idIndex;
    this.#accountId = accountId;
    this.#state = state;
  }

  /** @throws StaleState if the index knows an open hold that the state does not have. */
  hold(holdId: string): HoldFacts | undefined {
    const facts = this.#idIndex.hold(this.#accountId, holdId);
    if (facts !== undefined && facts.ending === undefined && !this.#state.openHolds.has(holdId)) {
      throw new StaleState(`hold ${holdId} of ${this.#accountId} is in the id index, but not in the account's state`);
    }
    return facts;
  }

  request(key: string): AccountEvent | undefined {
    return this.#idIndex.request(this.#accountId, key);
  }

  metadata(holdId: string): Metadata | null | undefined {
    return this.#idIndex.hold(this.#accountId, holdId)?.opening.metadata;
  }
}

export function openIdempotencyIndex(idIndex: IdIndex, accountId: string, state: AccountState): IdempotencyIndex {
  return new AccountIndex(idIndex, accountId, state);
}
