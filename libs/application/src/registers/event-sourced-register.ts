import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { chainStart } from '#domain';
import { type LaneLimits, laneLimits, readCharactersMax, readPageMax } from '../limits.ts';
import { type Cause, ChainedEvents } from '../pipeline/chained-events.ts';
import { type EventStore, EventStoreError, eventStoreErrorCode, type RecordedEvent } from '../ports/event-store.ts';
import { appendUntilKnown } from './append-until-known.ts';

/** Most times that a change is decided: each time after the first, another process had written before it. */
export const decisionsMax = 50;

/** Of randomness in the name of a writer. */
const writerBytes = 9;

/** How often, and after which pauses, an append of unknown outcome is sent again. */
export type ResendLimits = Pick<LaneLimits, 'resendTriesMax' | 'resendPauseMs'>;

/** An event of a register. When it was written is left out: nothing may rest on that. */
export type RegisterEvent = Omit<RecordedEvent, 'recordedAt'>;

/** What a change comes to: one event, or none because nothing needs to happen, and what its caller is told. */
export interface Decided<Event, Result> {
  readonly event?: Event | undefined;
  readonly result: Result;
}

export interface RegisterParts {
  readonly stream: string;
  readonly store: EventStore;
  /** Takes each event of the stream once, in order. What it throws ends the reading in front of that event. */
  readonly fold: (event: RegisterEvent) => void;
  /** The store must not be written to any more: the process has to end. */
  readonly onFatalStoreError: (cause: unknown) => void;
  readonly limits?: ResendLimits;
  /**
   * Stored beside each event, where the result tells which of two processes wrote it. Without it, two that decide the
   * same at the same millisecond make one event with one id, and both are told that they wrote it.
   */
  readonly writer?: string;
}

/** A name for a process that writes; no two have the same. */
export function makeWriter(): string {
  return randomBytes(writerBytes).toString('base64url');
}

/**
 * The events of one stream, folded in memory, written by several processes. A change is decided on the newest state and
 * appended behind the last event that the decision knew. If another process wrote first, it is read and the change is
 * decided again. If the outcome of an append is unknown, the very same events are sent again.
 *
 * @typeParam Event what is appended; `data` is plain JSON data.
 */
export class EventSourcedRegister<Event extends { readonly type: string; readonly data: object }> {
  readonly #parts: RegisterParts;
  readonly #limits: ResendLimits;
  #revision = -1;
  #hash = chainStart;
  /** Ends when the last change has: changes of one process wait for each other, or they would only conflict. */
  #lastChange: Promise<unknown> = Promise.resolve();
  /** Ends when the last read asked for by {@link refreshTogether} has; never rejects. */
  #refreshing: Promise<unknown> = Promise.resolve();
  #nextRefresh: Promise<void> | undefined;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? laneLimits;
  }

  /**
   * Reads and folds what was written since the last time.
   *
   * @throws EventStoreError; what `fold` throws.
   */
  async refresh(): Promise<void> {
    const { store, stream } = this.#parts;
    for (;;) {
      const { events, head } = await store.readStream(stream, this.#revision + 1, readPageMax, readCharactersMax);
      for (const event of events) this.#take(event);
      if (events.length === 0 || this.#revision >= head) return;
      // A long stream holds nobody up.
      await nextTurn();
    }
  }

  /**
   * Reads as {@link refresh} does, once for all who call until the read begins: many callers cost one read at a time.
   *
   * @throws EventStoreError; what `fold` throws.
   */
  refreshTogether(): Promise<void> {
    this.#nextRefresh ??= this.#refreshing.then(() => {
      this.#nextRefresh = undefined;
      const refreshing = this.refresh();
      this.#refreshing = refreshing.catch(() => undefined);
      return refreshing;
    });
    return this.#nextRefresh;
  }

  /**
   * Appends the event that `decide` comes to on the newest state. Resolves when the event is durable and folded.
   *
   * @param decide may be asked more than once, at most {@link decisionsMax} times.
   * @throws EventStoreError: with `outcome-unknown` and `store-broken` the event may be there, or come later; with any
   *   other code it is not and never will be. What `decide` and `fold` throw.
   */
  async change<Result>(decide: () => Decided<Event, Result>, cause: Cause): Promise<Result> {
    const changed = this.#lastChange.then(() => this.#change(decide, cause));
    this.#lastChange = changed.catch(() => undefined);
    try {
      return await changed;
    } catch (error) {
      if (eventStoreErrorCode(error) === 'store-broken') this.#parts.onFatalStoreError(error);
      throw error;
    }
  }

  async #change<Result>(decide: () => Decided<Event, Result>, cause: Cause): Promise<Result> {
    for (let decisions = 0; decisions < decisionsMax; decisions += 1) {
      await this.refresh();
      const { event, result } = decide();
      if (event === undefined || (await this.#append(event, cause))) return result;
    }
    throw new EventStoreError('store-unavailable', `others write to ${this.#parts.stream} all the time`);
  }

  /** False if another process wrote first. */
  async #append(event: Event, cause: Cause): Promise<boolean> {
    const { store, stream, writer } = this.#parts;
    const chain = new ChainedEvents(stream, this.#revision, this.#hash, writer);
    chain.add(event, cause);
    if (chain.isTooLarge) throw new EventStoreError('append-too-large', `an event of ${stream} is too large`);
    const outcome = await appendUntilKnown(store, chain, this.#limits);
    switch (outcome.kind) {
      case 'appended':
        // Not by reading: the store may be away by now, and the event is written all the same.
        for (const written of chain.events) this.#take({ ...written, stream, ...outcome.appended });
        return true;
      case 'conflict':
        return false;
      case 'unavailable':
        throw new EventStoreError('store-unavailable', `nothing was written to ${stream}`);
      case 'unknown':
        throw new EventStoreError('outcome-unknown', `${stream} may or may not have been written to`);
      case 'broken':
      case 'too-large':
        throw new EventStoreError('store-broken', `${stream} must not be written to`, { cause: outcome.cause });
    }
  }

  #take(event: RegisterEvent): void {
    // Another read, asked for later, may have been answered earlier.
    if (event.revision <= this.#revision) return;
    this.#parts.fold(event);
    this.#revision = event.revision;
    this.#hash = event.hash;
  }
}
