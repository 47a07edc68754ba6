import {
  decodeUnmatchedEvent,
  type UnmatchedEvent,
  type UnmatchedPayment,
  UnmatchedRegister,
  type UnmatchedStatus,
  unmatchedStream,
} from '#domain';
import type { Cause } from '../pipeline/chained-events.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';
import { type Page, readPage } from '../queries/page.ts';
import { EventSourcedRegister, makeWriter, type ResendLimits } from '../registers/event-sourced-register.ts';

/** Most payments that may be recorded; more are not taken from their channels, which go on sending them. */
export const unmatchedPaymentsMax = 1_000_000;

/** What a change is decided on, and the event that it comes to; undefined: nothing needs to happen. */
export type Change = (register: UnmatchedRegister, at: number) => UnmatchedEvent | undefined;

export interface UnmatchedQuery {
  readonly status: UnmatchedStatus | null;
  /** List on after this payment; null: from the first. */
  readonly after: string | null;
  readonly limit: number;
}

/** The register of unmatched payments: events of one stream, kept in memory, read on before anything rests on them. */
export class UnmatchedPayments {
  readonly #events: EventSourcedRegister<UnmatchedEvent>;
  readonly #clock: Clock;
  readonly #register = new UnmatchedRegister();

  /** @param onFatalStoreError the store must not be written to any more: the process has to end. */
  constructor(store: EventStore, clock: Clock, limits: ResendLimits, onFatalStoreError: (cause: unknown) => void) {
    const fold = ({ type, data }: { type: string; data: string }): void => {
      this.#register.fold(decodeUnmatchedEvent(type, data));
    };
    const writer = makeWriter();
    this.#events = new EventSourcedRegister({
      stream: unmatchedStream,
      store,
      fold,
      onFatalStoreError,
      limits,
      writer,
    });
    this.#clock = clock;
  }

  /**
   * Reads what was written since the last time.
   *
   * @throws EventStoreError; UnreadableEvent or AssertionError if the history of the payments cannot be trusted.
   */
  refresh(): Promise<void> {
    return this.#events.refresh();
  }

  /** As of a read that began after this call. */
  async find(paymentId: string): Promise<UnmatchedPayment | undefined> {
    await this.refresh();
    return this.#register.find(paymentId);
  }

  /** As of a read that began after this call, in the order in which they were recorded. */
  async list({ status, ...asked }: UnmatchedQuery): Promise<Page<UnmatchedPayment>> {
    await this.refresh();
    return readPage<UnmatchedPayment>(
      asked,
      { asOf: this.#clock.now() },
      ({ payment }) => payment.paymentId,
      (after, limit) => {
        const page: UnmatchedPayment[] = [];
        let reached = after === null;
        for (const payment of this.#register.all()) {
          if (page.length >= limit) break;
          if (reached && (status === null || payment.status === status)) page.push(payment);
          reached ||= payment.payment.paymentId === after;
        }
        return reached ? page : undefined;
      },
    );
  }

  /** Those that an account is about to get; whoever claimed them may have died. */
  async claimed(): Promise<readonly UnmatchedPayment[]> {
    await this.refresh();
    return this.#register.claimed();
  }

  get full(): boolean {
    return this.#register.size >= unmatchedPaymentsMax;
  }

  /** Time of the newest event read, ms since 1970; 0 before the first. */
  get newestAt(): number {
    return this.#register.lastAt;
  }

  /**
   * Appends what `change` comes to on the newest state; it may be asked more than once. Resolves when that is durable.
   *
   * @returns whether anything was appended.
   * @throws EventStoreError; what `change` throws.
   */
  change(change: Change, cause: Cause): Promise<boolean> {
    return this.#events.change(() => {
      const event = change(this.#register, Math.max(this.#clock.now(), this.#register.lastAt));
      return { event, result: event !== undefined };
    }, cause);
  }
}
