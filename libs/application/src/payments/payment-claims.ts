import { randomBytes } from 'node:crypto';
import { chainStart, decodePaymentClaim, paymentClaimedType, paymentStream, type PaymentClaimed } from '#domain';
import { appendUntilKnown } from '../lanes/append-until-known.ts';
import { ChainedEvents, type Cause } from '../lanes/chained-events.ts';
import type { LaneLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import { EventStoreError, NO_STREAM, type EventStore } from '../ports/event-store.ts';
import type { IdIndex, Transaction } from '../ports/id-index.ts';

/** Of randomness in the name that each claim carries: two processes that claim at once are told apart by it. */
const writerBytes = 9;

/** Who may have the money of a transaction: an account by its order, or by assignment; or nobody, it goes back. */
export type Claimant = Pick<PaymentClaimed, 'accountId' | 'orderId'>;

/** The claims on payments, each the only event of its transaction's stream: who comes first has it, for good. */
export class PaymentClaims {
  readonly #store: EventStore;
  readonly #clock: Clock;
  readonly #idIndex: IdIndex;
  readonly #limits: Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>;
  readonly #storeBroke: (cause: unknown) => void;
  readonly #writer = randomBytes(writerBytes).toString('base64url');

  /** @param storeBroke the store must not be written to any more: the process has to end. */
  constructor(
    store: EventStore,
    clock: Clock,
    idIndex: IdIndex,
    limits: Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>,
    storeBroke: (cause: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#idIndex = idIndex;
    this.#limits = limits;
    this.#storeBroke = storeBroke;
  }

  /**
   * Whose the payment is; undefined: nobody's yet. Orders that were paid before there were claims are looked up in the
   * id index.
   *
   * @throws EventStoreError; UnreadableEvent if the claim cannot be read.
   */
  async holder({ channel, transactionId }: Transaction): Promise<Claimant | undefined> {
    return (await this.#first({ channel, transactionId })) ?? this.#idIndex.orderPaidBy({ channel, transactionId });
  }

  /**
   * Claims a payment, unless somebody has it already.
   *
   * @returns whose it is: the claimant's, or whoever came first.
   * @throws EventStoreError: it may have been claimed; the same again says so.
   */
  async claim({ channel, transactionId }: Transaction, wanted: Claimant, cause: Cause): Promise<Claimant> {
    const before = await this.#first({ channel, transactionId });
    if (before !== undefined) return before;
    // An order that was paid before there were claims has it: from here on the store itself says so.
    const { accountId, orderId } = this.#idIndex.orderPaidBy({ channel, transactionId }) ?? wanted;
    const chain = new ChainedEvents(paymentStream(channel, transactionId), NO_STREAM, chainStart, this.#writer);
    const data: PaymentClaimed = { at: this.#clock.now(), channel, transactionId, accountId, orderId };
    chain.add({ type: paymentClaimedType, data }, cause);
    const outcome = await appendUntilKnown(this.#store, chain, this.#limits, false);
    switch (outcome.kind) {
      case 'appended':
        return { accountId, orderId };
      case 'conflict': {
        const first = await this.#first({ channel, transactionId });
        if (first === undefined) throw new EventStoreError('store-unavailable', 'a claim is there and cannot be read');
        return first;
      }
      case 'unavailable':
        throw new EventStoreError('store-unavailable', 'the payment was not claimed');
      case 'unknown':
        throw new EventStoreError('outcome-unknown', 'the payment may or may not have been claimed');
      case 'broken':
        this.#storeBroke(outcome.cause);
        throw new EventStoreError('store-broken', 'the store must not be written to', { cause: outcome.cause });
    }
  }

  async #first({ channel, transactionId }: Transaction): Promise<PaymentClaimed | undefined> {
    const { events } = await this.#store.readStream(paymentStream(channel, transactionId), 0, 1);
    const [first] = events;
    return first === undefined ? undefined : decodePaymentClaim(first.type, first.data);
  }
}

export function isSameClaimant(holder: Claimant, wanted: Claimant): boolean {
  return holder.accountId === wanted.accountId && holder.orderId === wanted.orderId;
}
