import type { AccountEvent, HoldFacts } from '#domain';
import type { Position } from './event-store.ts';

/** A payment as its channel names it. */
export interface Transaction {
  readonly channel: string;
  readonly transactionId: string;
}

/**
 * Which ids an account has used, for ever: what lets its state forget. Filled from the store's log by the read models, so it
 * lags behind; the state remembers whatever the index has not passed yet. Look-ups are synchronous and local.
 */
export abstract class IdIndex {
  /** Every event up to and including this position is in the index. */
  abstract get position(): Position;
  /** A hold's lifecycle, as far as the index has it. */
  abstract hold(accountId: string, holdId: string): HoldFacts | undefined;
  /** The event that used up an id; for keys see `requestKey` of the domain model. */
  abstract request(accountId: string, key: string): AccountEvent | undefined;
  /** The order of whatever account that was paid by a transaction of a channel, as far as the index has it. */
  abstract orderPaidBy(paid: Transaction): { readonly accountId: string; readonly orderId: string } | undefined;
}
