import type { AccountState, IdempotencyIndex } from '#domain';
import type { IdIndex } from '../ports/id-index.ts';

/** The id index has passed an event that the lane's state has not folded: another process wrote it. */
export class StaleState extends Error {
  override readonly name = 'StaleState';
}

/**
 * The id index, for one account's decisions.
 *
 * @throws StaleState from `hold` if the index knows an open hold that the state does not have.
 */
export function idempotencyIndexOf(idIndex: IdIndex, accountId: string, state: AccountState): IdempotencyIndex {
  return {
    hold: (holdId) => {
      const facts = idIndex.hold(accountId, holdId);
      if (facts !== undefined && facts.ending === undefined && !state.openHolds.has(holdId)) {
        throw new StaleState(`hold ${holdId} of ${accountId} is in the id index, but not in the account's state`);
      }
      return facts;
    },
    request: (key) => idIndex.request(accountId, key),
    metadata: (holdId) => idIndex.hold(accountId, holdId)?.opening.metadata,
  };
}
