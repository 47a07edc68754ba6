/**
 * The event store as Holdfast needs it: the least that SQLite, KurrentDB and a memory twin can all keep.
 * Adapters live in `libs/event-store` and pass one shared contract suite.
 */

/** Place of an event in the store's one total order. Compare as text; otherwise opaque. `''` is before everything. */
export type Position = string & { readonly position: unique symbol };

/** Before the first event of the store. */
export const BEGINNING = '' as Position;

/** The `expected` revision of the first append to a stream. */
export const NO_STREAM = -1;

/** Most events that one append may carry. */
export const appendEventsMax = 1_024;

/** Most bytes of `data` + `metadata` text (UTF-8) that one append may carry: 512 KiB, half of the strictest engine's limit. */
export const appendBytesMax = 512 * 1024;

/** Most bytes that UTF-8 takes for a UTF-16 code unit: what has few enough of those need not be measured. */
export const bytesPerCharacterMax = 3;

/** An event to be appended. `data` and `metadata` are JSON texts that are stored and hashed as they stand. */
export interface NewEvent {
  /** UUID, made from `hash`: the same event has the same id, a decision taken again has another. */
  readonly id: string;
  /** Past tense with a version, e.g. `funds-frozen.v1`. */
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  /** SHA-256 of this event chained to its predecessor in the stream, 64 lower-case hex digits. */
  readonly hash: string;
}

/** An event as the store gives it back. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** 0, 1, 2 … without gaps in its stream. */
  readonly revision: number;
  readonly position: Position;
  /** When the store wrote it, by the writer's wall clock, in ms since 1970. Logged, never decided on. */
  readonly recordedAt: number;
}

export interface Appended {
  /** Revision of the last event of the append. */
  readonly revision: number;
  /** Position of the last event of the append. */
  readonly position: Position;
}

/** Events for a stream, and the revision that they follow: `NO_STREAM` for a new stream. */
export interface StreamAppend {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
}

/**
 * What became of an append. Each kind but the first is one of {@link EventStoreErrorCode}; `cause` is the error that a single
 * append is rejected with.
 */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly appended: Appended }
  | { readonly kind: AppendFailure; readonly cause: EventStoreError };

export type AppendFailure = 'conflict' | 'unknown' | 'unavailable' | 'too-large' | 'broken';

export interface StreamPage {
  readonly events: readonly RecordedEvent[];
  /** Revision of the stream's last event at the moment of reading; -1 if the stream does not exist. */
  readonly head: number;
}

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** Read on after this. */
  readonly position: Position;
  /** Nothing came after this page at the moment of reading. */
  readonly atEnd: boolean;
}

export interface SubscriptionPage {
  /** In global order, each stream's order kept, nothing skipped. May be empty: then only the position moves. */
  readonly events: readonly RecordedEvent[];
  readonly position: Position;
  readonly caughtUp: boolean;
}

export abstract class EventStore {
  /**
   * Appends to several streams at once, to each at most once: each append whole or not at all, whatever becomes of the
   * others. Never rejects, and resolves with an outcome for each, in order, when all that were written are durable.
   * The very same append sent again (same ids at the same place) answers as the first did and writes nothing.
   */
  abstract appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]>;

  /**
   * Appends to one stream.
   *
   * @param expected revision of the stream's last event, `NO_STREAM` for a new stream.
   * Rejects with an {@link EventStoreError}, and with nothing else.
   */
  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const [outcome] = await this.appendAll([{ stream, expected, events }]);
    if (outcome?.kind === 'appended') return outcome.appended;
    throw outcome?.cause ?? new EventStoreError('outcome-unknown', 'the store does not say what became of an append');
  }

  /**
   * Events of one stream from revision `from` on, at most `limit`. A missing stream is empty with head -1.
   * Sees every append that was answered anywhere before the call.
   * @param characters ends the page early, as soon as the texts of its events have so many: it has at least one.
   * Rejects with an {@link EventStoreError} `store-unavailable`, and with nothing else.
   */
  abstract readStream(stream: string, from: number, limit: number, characters?: number): Promise<StreamPage>;

  /**
   * Events of the whole store after a position, at most `limit`, in the total order. `characters` and what it rejects with
   * are those of `readStream`.
   */
  abstract readAll(after: Position, limit: number, characters?: number): Promise<LogPage>;

  /**
   * Calls `deliver` with one page at a time and waits for it; at least once over restarts. Ends (resolves) only when
   * `signal` aborts; rejects if `deliver` does.
   */
  abstract subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

/** The first events of a page, up to the one by which their texts have `characters`. */
export function takeFirst<Event extends Pick<NewEvent, 'data' | 'metadata'>>(
  events: readonly Event[],
  characters = Number.POSITIVE_INFINITY,
): readonly Event[] {
  let sum = 0;
  const last = events.findIndex(({ data, metadata }) => (sum += data.length + metadata.length) >= characters);
  return last < 0 ? events : events.slice(0, last + 1);
}

/**
 * What can go wrong at the store. Told apart by `code`, never by `instanceof` alone: an error may come from another thread.
 *
 * - `revision-conflict`: another append stands at that place; surely not written.
 * - `outcome-unknown`: it may have been written, or be written later.
 * - `store-unavailable`: surely not written; try again later.
 * - `append-too-large`: over `appendEventsMax` or `appendBytesMax`; surely not written.
 * - `store-broken`: the store can no longer be trusted with writes; the process must stop.
 */
export type EventStoreErrorCode =
  'revision-conflict' | 'outcome-unknown' | 'store-unavailable' | 'append-too-large' | 'store-broken';

export class EventStoreError extends Error {
  override readonly name = 'EventStoreError';
  readonly code: EventStoreErrorCode;
  /** With `revision-conflict`: the stream's head, where the store said it. */
  readonly actual: number | undefined;

  constructor(code: EventStoreErrorCode, message: string, options: { cause?: unknown; actual?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.actual = options.actual;
  }
}

/** The code of an {@link EventStoreError} from this realm or another; undefined for any other error. */
export function eventStoreErrorCode(error: unknown): EventStoreErrorCode | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'EventStoreError' ? (code as EventStoreErrorCode) : undefined;
}

const failures: Readonly<Record<EventStoreErrorCode, AppendFailure>> = {
  'revision-conflict': 'conflict',
  'outcome-unknown': 'unknown',
  'store-unavailable': 'unavailable',
  'append-too-large': 'too-large',
  'store-broken': 'broken',
};

/** The outcome of an append that failed with an error. One that is not of the event store says that it is broken. */
export function failedAppend(error: unknown): AppendOutcome {
  const code = eventStoreErrorCode(error);
  const cause =
    code === undefined
      ? new EventStoreError('store-broken', 'an append failed in a way that has no meaning', { cause: error })
      : (error as EventStoreError);
  return { kind: failures[cause.code], cause };
}

/** Makes appends one beside the other, each by a function that resolves or rejects as `EventStore.append` does. */
export function appendEach(
  batches: readonly StreamAppend[],
  append: (batch: StreamAppend) => Promise<Appended>,
): Promise<readonly AppendOutcome[]> {
  return Promise.all(
    batches.map((batch) => append(batch).then((appended) => ({ kind: 'appended' as const, appended }), failedAppend)),
  );
}
