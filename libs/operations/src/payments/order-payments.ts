import { orderFacts } from '#ledger';
import type { AccountLanes } from '../lanes/account-lanes.ts';
import { knownBefore } from '../lanes/known-before.ts';
import type { IdIndex } from '../ports/id-index.ts';

/**
 * Whether an order was paid by a transaction of a channel.
 *
 * @throws Unavailable
 */
export function hasPaidOrder(
  lanes: AccountLanes,
  idIndex: IdIndex,
  { accountId, orderId }: { readonly accountId: string; readonly orderId: string },
  { channel, transactionId }: { readonly channel: string; readonly transactionId: string },
): Promise<boolean> {
  return lanes.look(accountId, ({ state }) => {
    const facts = orderFacts(state, knownBefore(idIndex, accountId, state), orderId);
    return facts?.opening.channel === channel && facts.payment?.data.transactionId === transactionId;
  });
}
