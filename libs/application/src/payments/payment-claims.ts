import { decodePaymentClaim, type PaymentClaimed, paymentClaimedType, paymentStream } from '#domain';
import type { Cause } from '../pipeline/chained-events.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { IdIndex, Transaction } from '../ports/id-index.ts';
import { EventSourcedRegister, makeWriter, type ResendLimits } from '../registers/event-sourced-register.ts';

interface ClaimEvent {
  readonly type: typeof paymentClaimedType;
  readonly data: PaymentClaimed;
}

/** Who may have the money of a transaction: an account by its order, or by assignment; or nobody, it goes back. */
export type Claimant = Pick<PaymentClaimed, 'accountId' | 'orderId'>;

/** The claims on payments, each the only event of its transaction's stream: who comes first has it, for good. */
export class PaymentClaims {
  readonly #store: EventStore;
  readonly #clock: Clock;
  readonly #idIndex: IdIndex;
  readonly #limits: ResendLimits;
  readonly #onFatalStoreError: (cause: unknown) => void;
  readonly #writer = makeWriter();

  /** @param onFatalStoreError the store must not be written to any more: the process has to end. */
  constructor(
    store: EventStore,
    clock: Clock,
    idIndex: IdIndex,
    limits: ResendLimits,
    onFatalStoreError: (cause: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#idIndex = idIndex;
    this.#limits = limits;
    this.#onFatalStoreError = onFatalStoreError;
  }

  /**
   * Whose the payment is; undefined: nobody's yet. Orders that were paid before there were claims are looked up in the
   * id index.
   *
   * @throws EventStoreError; UnreadableEvent if the claim cannot be read.
   */
  async holder({ channel, transactionId }: Transaction): Promise<Claimant | undefined> {
    const claim = this.#claimOn({ channel, transactionId });
    await claim.events.refresh();
    return claim.first() ?? this.#idIndex.orderPaidBy({ channel, transactionId });
  }

  /**
   * Claims a payment, unless somebody has it already.
   *
   * @returns whose it is: the claimant's, or whoever came first.
   * @throws EventStoreError: it may have been claimed; the same again says so.
   */
  async claim({ channel, transactionId }: Transaction, wanted: Claimant, cause: Cause): Promise<Claimant> {
    const { events, first } = this.#claimOn({ channel, transactionId });
    return events.change<Claimant>(() => {
      const before = first();
      if (before !== undefined) return { result: before };
      // An order that was paid before there were claims has it: from here on the store itself says so.
      const { accountId, orderId } = this.#idIndex.orderPaidBy({ channel, transactionId }) ?? wanted;
      const data: PaymentClaimed = { at: this.#clock.now(), channel, transactionId, accountId, orderId };
      return { event: { type: paymentClaimedType, data }, result: { accountId, orderId } };
    }, cause);
  }

  /** Nothing of it is kept in memory from one question to the next: there are as many streams as payments. */
  #claimOn({ channel, transactionId }: Transaction): {
    readonly events: EventSourcedRegister<ClaimEvent>;
    readonly first: () => PaymentClaimed | undefined;
  } {
    let first: PaymentClaimed | undefined;
    const events = new EventSourcedRegister<ClaimEvent>({
      stream: paymentStream(channel, transactionId),
      store: this.#store,
      fold: ({ type, data }) => {
        first ??= decodePaymentClaim(type, data);
      },
      onFatalStoreError: this.#onFatalStoreError,
      limits: this.#limits,
      writer: this.#writer,
    });
    return { events, first: () => first };
  }
}

export function isSameClaimant(holder: Claimant, wanted: Claimant): boolean {
  return holder.accountId === wanted.accountId && holder.orderId === wanted.orderId;
}
