import { appendUntilKnown, type Cause, ChainedEvents, type EventStore, laneLimits, type Position } from '#application';
import { chainStart } from '#domain';

/** An account whose events are not taken: delivered from its own stream, so that nobody else waits for it. */
export interface StuckAccount {
  readonly accountId: string;
  /** Revision of the next event to deliver. */
  readonly next: number;
  /** Up to and including this revision its events are delivered from its stream; later ones come from the log again. */
  readonly upTo: number;
  /** Time of the first failure of that event, ms since 1970; null: it was not tried yet. */
  readonly since: number | null;
}

/** An event that was given up after the last try. */
export interface GivenUp {
  readonly at: number;
  readonly accountId: string;
  readonly revision: number;
  readonly eventId: string;
  readonly why: string;
}

/** What was read of the log and is not delivered. */
export interface Waiting {
  readonly accounts: number;
  readonly events: number;
  /** When the next of it is tried, ms since 1970; null: at once. */
  readonly nextAt: number | null;
  /** No more is read until some of it is delivered: the log may have more. */
  readonly more: boolean;
}

/** How far the delivery to an endpoint is; every event of its stream says all of it. */
export interface Progressed {
  readonly at: number;
  /** The worker that delivers; null: it has stopped, any other may go on. */
  readonly worker: string | null;
  /** Everything up to here is delivered, is not wanted, or is of an account that is stuck. */
  readonly position: string;
  /** The replay that was last begun, by its revision in the stream of all webhooks; -1: none. */
  readonly ask: number;
  /** What happened before this time is passed over, ms since 1970. */
  readonly since: number;
  /** Since when nothing at all is taken, and why; null while something is. */
  readonly failing: { readonly since: number; readonly why: string } | null;
  readonly stuck: readonly StuckAccount[];
  readonly givenUp: number;
  readonly lastGivenUp: GivenUp | null;
  /** null or, in older events, missing: nothing. */
  readonly waiting?: Waiting | null;
}

const progressedType = 'webhook-progressed.v1';

const cause: Cause = { actor: 'holdfast', correlationId: 'webhooks' };

/** The stream that says how far the delivery to an endpoint is: a fact, not a read model, or every event would go out again. */
export function progressStream(webhookId: string): string {
  return `webhook-${webhookId}`;
}

/** Another worker has written: it delivers to the endpoint. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/** The last event of an endpoint's progress; undefined if there is none. @throws EventStoreError; TypeError. */
export async function lastProgress(store: EventStore, webhookId: string): Promise<Progressed | undefined> {
  return (await readLast(store, webhookId))?.progressed;
}

async function readLast(
  store: EventStore,
  webhookId: string,
): Promise<{ progressed: Progressed; revision: number; hash: string } | undefined> {
  const stream = progressStream(webhookId);
  const { head } = await store.readStream(stream, 0, 1);
  if (head < 0) return undefined;
  const event = (await store.readStream(stream, head, 1)).events.at(0);
  if (event === undefined) return undefined;
  if (event.type !== progressedType) throw new TypeError(`${event.type}: no progress of this type is known`);
  return { progressed: JSON.parse(event.data) as Progressed, revision: event.revision, hash: event.hash };
}

/** One worker's hold on the progress of an endpoint: it writes as long as nobody else does. */
export class Cursor {
  readonly #store: EventStore;
  readonly #stream: string;
  readonly #worker: string;
  #revision: number;
  #hash: string;
  #progressed: Progressed | undefined;

  private constructor(
    store: EventStore,
    webhookId: string,
    worker: string,
    last: Awaited<ReturnType<typeof readLast>>,
  ) {
    this.#store = store;
    this.#stream = progressStream(webhookId);
    this.#worker = worker;
    this.#revision = last?.revision ?? -1;
    this.#hash = last?.hash ?? chainStart;
    this.#progressed = last?.progressed;
  }

  static async read(store: EventStore, webhookId: string, worker: string): Promise<Cursor> {
    return new Cursor(store, webhookId, worker, await readLast(store, webhookId));
  }

  /** What was last written; undefined if nothing ever was. */
  get progressed(): Progressed | undefined {
    return this.#progressed;
  }

  /**
   * Writes how far the delivery is.
   *
   * @throws TakenOver if somebody else has written meanwhile; Error if it cannot be known what was written. Whatever is
   *   thrown, this cursor is of no use any more.
   */
  async write(progressed: Progressed): Promise<void> {
    // The worker is stored beside the event: two that write the same must not be told that both have.
    const chain = new ChainedEvents(this.#stream, this.#revision, this.#hash, this.#worker);
    chain.add({ type: progressedType, data: progressed }, cause);
    const append = { stream: this.#stream, expected: this.#revision, events: chain.events };
    const outcome = await appendUntilKnown(this.#store, append, laneLimits);
    if (outcome.kind === 'conflict') throw new TakenOver(`${this.#stream} is written by another worker`);
    if (outcome.kind === 'broken' || outcome.kind === 'too-large') throw outcome.cause;
    if (outcome.kind !== 'appended') throw new Error(`${this.#stream} could not be written: ${outcome.kind}`);
    this.#revision = chain.revision;
    this.#hash = chain.hash;
    this.#progressed = progressed;
  }
}

/** A position is opaque text to everybody but the store. */
export function toPosition({ position }: Progressed): Position {
  return position as Position;
}
