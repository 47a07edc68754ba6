import type { AllStreamSubscription, PrefixesFilter } from '@kurrent/kurrentdb-client';
import type { Position, RecordedEvent, SubscriptionPage } from '#application/ports';
import type { Client } from './client.ts';
import { type ClientEvent, fromPosition, toPosition, toRecordedEvent } from './event-record.ts';
import { subscriptionPageMax } from './limits.ts';

/** Something that stands between two events, and takes effect when so many more events have come. */
interface Mark {
  eventsBefore: number;
  readonly apply: () => void;
}

/**
 * One subscription of the client, from a position until it is lost. The client tells of its marks (caught up,
 * checkpoint) as soon as it reads them, while events before them may still lie in its buffer: each waits here for those.
 * Nothing that is called by the client throws; an error there would stall the subscription without a word.
 */
export class Feed {
  readonly #prefix: string;
  readonly #subscription: AllStreamSubscription;
  #events: RecordedEvent[] = [];
  #marks: Mark[] = [];
  #position: Position;
  #moved = false;
  #caughtUp = false;
  #lost: { readonly cause: unknown } | undefined;
  #wake: () => void = () => undefined;
  readonly #begunAt = performance.now();
  #heardAt: number | undefined;

  constructor(client: Client, prefix: string, after: Position) {
    this.#prefix = prefix;
    this.#position = after;
    const filter: PrefixesFilter = {
      filterOn: 'streamName',
      prefixes: [prefix],
      checkpointInterval: 1,
      checkpointReached: (_, position) => {
        this.#mark(() => {
          this.#moveTo(toPosition(position));
        });
      },
    };
    this.#subscription = client.subscribeToAll({ fromPosition: fromPosition(after), filter });
    this.#listen();
  }

  /** When the server was last heard of, by the monotonic clock in ms; undefined: it never was. */
  get heardAt(): number | undefined {
    return this.#heardAt;
  }

  /** Why there will be no further pages; undefined while there may be. */
  get lost(): { readonly cause: unknown } | undefined {
    return this.#lost;
  }

  /** The next page; undefined when the feed is lost or stopped, or has been quiet for `quietMaxMs`. */
  async next(signal: AbortSignal, quietMaxMs: number): Promise<SubscriptionPage | undefined> {
    while (!signal.aborted) {
      const page = this.#take();
      if (page !== undefined) return page;
      if (this.#lost !== undefined) return undefined;
      const leftMs = quietMaxMs - (performance.now() - (this.#heardAt ?? this.#begunAt));
      if (leftMs <= 0) {
        this.#lose(new Error(`nothing heard for ${String(quietMaxMs)} ms`));
        return undefined;
      }
      await this.#news(signal, leftMs);
    }
    return undefined;
  }

  /** Ends the subscription; the client stays. */
  close(): void {
    this.#lose(undefined);
    void this.#subscription.unsubscribe().catch(() => undefined);
  }

  #listen(): void {
    const lose = (error?: unknown): void => {
      this.#lose(error);
    };
    this.#subscription
      .on('data', ({ event }) => {
        if (event !== undefined) this.#receive(event);
      })
      .on('caughtUp', () => {
        this.#mark(() => {
          this.#caughtUp = true;
          this.#moved = true;
        });
      })
      .on('fellBehind', () => {
        this.#hear();
        this.#caughtUp = false;
      })
      .on('confirmation', () => {
        this.#hear();
      })
      .on('error', lose)
      .on('end', lose)
      .on('close', lose);
  }

  #receive(event: ClientEvent): void {
    this.#hear();
    const recorded = toRecordedEvent(event, this.#prefix);
    // What a server may send again after a restart has been delivered.
    if (recorded.position > this.#position) {
      this.#events.push(recorded);
      this.#moveTo(recorded.position);
    }
    for (const mark of this.#marks) mark.eventsBefore -= 1;
    this.#applyMarks();
    if (this.#events.length >= 2 * subscriptionPageMax) this.#subscription.pause();
    this.#wake();
  }

  #mark(apply: () => void): void {
    this.#hear();
    this.#marks.push({ eventsBefore: this.#subscription.readableLength, apply });
    this.#applyMarks();
    this.#wake();
  }

  #applyMarks(): void {
    const due = this.#marks.filter(({ eventsBefore }) => eventsBefore <= 0);
    if (due.length === 0) return;
    this.#marks = this.#marks.filter(({ eventsBefore }) => eventsBefore > 0);
    for (const { apply } of due) apply();
  }

  #moveTo(position: Position): void {
    if (position <= this.#position) return;
    this.#position = position;
    this.#moved = true;
  }

  #take(): SubscriptionPage | undefined {
    if (!this.#moved) return undefined;
    const events = this.#events.splice(0, subscriptionPageMax);
    if (this.#subscription.isPaused()) this.#subscription.resume();
    const last = events.at(-1);
    if (this.#events.length > 0 && last !== undefined) return { events, position: last.position, caughtUp: false };
    this.#moved = false;
    return { events, position: this.#position, caughtUp: this.#caughtUp };
  }

  #hear(): void {
    this.#heardAt = performance.now();
  }

  #lose(cause: unknown): void {
    this.#lost ??= { cause };
    this.#wake();
  }

  async #news(signal: AbortSignal, limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      const stop = (): void => {
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        resolve();
      };
    });
    this.#wake();
    this.#wake = () => undefined;
    // What arrives in the same turn becomes one page.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
