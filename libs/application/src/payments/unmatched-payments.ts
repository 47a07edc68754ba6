import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  chainStart,
  decodeUnmatchedEvent,
  UnmatchedRegister,
  unmatchedStream,
  type UnmatchedEvent,
  type UnmatchedPayment,
  type UnmatchedStatus,
} from '#domain';
import { appendUntilKnown } from '../lanes/append-until-known.ts';
import { ChainedEvents, type Cause } from '../lanes/chained-events.ts';
import { readPageMax, type LaneLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import { EventStoreError, type EventStore } from '../ports/event-store.ts';

/** Most payments that may be recorded; more are not taken from their channels, which go on sending them. */
export const unmatchedPaymentsMax = 1_000_000;

/** Of randomness in the name that each event carries: two processes that write the same at once are told apart by it. */
const writerBytes = 9;

/** How often a change is decided anew because another process changed the register first. */
const conflictTriesMax = 50;

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
  readonly #store: EventStore;
  readonly #clock: Clock;
  readonly #limits: Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>;
  readonly #storeBroke: (cause: unknown) => void;
  readonly #writer = randomBytes(writerBytes).toString('base64url');
  readonly #register = new UnmatchedRegister();
  #revision = -1;
  #hash = chainStart;
  /** Ends when the last change so far has: each waits for the one before it, or they would only make each other fail. */
  #lastChange: Promise<unknown> = Promise.resolve();

  /** @param storeBroke the store must not be written to any more: the process has to end. */
  constructor(
    store: EventStore,
    clock: Clock,
    limits: Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>,
    storeBroke: (cause: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#storeBroke = storeBroke;
  }

  /**
   * Reads what was written since the last time.
   *
   * @throws EventStoreError; UnreadableEvent or AssertionError if the history of the payments cannot be trusted.
   */
  async refresh(): Promise<void> {
    for (;;) {
      const { events, head } = await this.#store.readStream(unmatchedStream, this.#revision + 1, readPageMax);
      for (const event of events) {
        // Another read, asked for later, may have been answered earlier.
        if (event.revision <= this.#revision) continue;
        this.#register.fold(decodeUnmatchedEvent(event.type, event.data));
        this.#revision = event.revision;
        this.#hash = event.hash;
      }
      if (events.length === 0 || this.#revision >= head) return;
      await nextTurn();
    }
  }

  /** As of a read that began after this call. */
  async find(paymentId: string): Promise<UnmatchedPayment | undefined> {
    await this.refresh();
    return this.#register.find(paymentId);
  }

  /**
   * As of a read that began after this call, in the order in which they were recorded. Undefined if there is no payment
   * to go on after.
   */
  async list({ status, after, limit }: UnmatchedQuery): Promise<readonly UnmatchedPayment[] | undefined> {
    await this.refresh();
    const page: UnmatchedPayment[] = [];
    let reached = after === null;
    for (const payment of this.#register.all()) {
      if (page.length >= limit) break;
      if (reached && (status === null || payment.status === status)) page.push(payment);
      reached ||= payment.payment.paymentId === after;
    }
    return reached ? page : undefined;
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
    const changed = this.#lastChange.then(() => this.#change(change, cause));
    this.#lastChange = changed.catch(() => undefined);
    return changed;
  }

  async #change(change: Change, cause: Cause): Promise<boolean> {
    for (let attempt = 0; attempt <= conflictTriesMax; attempt += 1) {
      await this.refresh();
      const event = change(this.#register, Math.max(this.#clock.now(), this.#register.lastAt));
      if (event === undefined) return false;
      if (await this.#append(event, cause)) return true;
    }
    throw new EventStoreError('store-unavailable', 'others write to the unmatched payments all the time');
  }

  /** False if another process wrote first. */
  async #append(event: UnmatchedEvent, cause: Cause): Promise<boolean> {
    const chain = new ChainedEvents(unmatchedStream, this.#revision, this.#hash, this.#writer);
    chain.add(event, cause);
    const outcome = await appendUntilKnown(this.#store, chain, this.#limits, false);
    switch (outcome.kind) {
      case 'appended':
        await this.refresh();
        return true;
      case 'conflict':
        return false;
      case 'unavailable':
        throw new EventStoreError('store-unavailable', 'nothing was written to the unmatched payments');
      case 'unknown':
        throw new EventStoreError('outcome-unknown', 'the unmatched payments may or may not have been written to');
      case 'broken':
        this.#storeBroke(outcome.cause);
        throw new EventStoreError('store-broken', 'the store must not be written to', { cause: outcome.cause });
    }
  }
}
