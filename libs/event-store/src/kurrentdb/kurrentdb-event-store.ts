import {
  appendEach,
  type Appended,
  type AppendOutcome,
  BEGINNING,
  EventStore,
  EventStoreError,
  type LogPage,
  NO_STREAM,
  type Position,
  type StreamAppend,
  type StreamPage,
  type SubscriptionPage,
  takeFirst,
} from '#application/ports';
import { checkSize } from '../append-size.ts';
import { Appends } from './appends.ts';
import { type ClientSource, clientSource } from './client.ts';
import { ConnectionStringError } from './connection-string.ts';
import { toClientEvent, toPosition } from './event-record.ts';
import { boundedPageMax, type KurrentDbLimits, kurrentDbLimits } from './limits.ts';
import { Reads } from './reads.ts';
import { type OnTrouble, Subscriptions } from './subscriptions.ts';

export interface KurrentDbOptions {
  /**
   * Stands before the name of every stream, so that several ledgers share one KurrentDB. None may begin with another.
   * Default `holdfast.`.
   */
  readonly streamPrefix?: string;
  readonly limits?: Partial<KurrentDbLimits>;
  readonly onTrouble?: OnTrouble;
}

/** Letters, digits, dots and dashes; a `$` in front would make a stream of the server's own. */
const prefixShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The event store in KurrentDB or EventStoreDB (23.10 or later), one stream per account. Needs nothing but appends to one
 * stream with the revision expected there, reads, and subscriptions to `$all`, which the user must be allowed to read.
 *
 * Every call has a time limit of its own. An append that was not answered in it ends as `outcome-unknown`, and may be sent
 * again as it is: the server knows events by their ids at their places.
 */
export class KurrentDbEventStore extends EventStore {
  readonly #prefix: string;
  readonly #appends: Appends;
  readonly #reads: Reads;
  readonly #subscriptions: Subscriptions;
  #closed: Promise<void> | undefined;

  private constructor(source: ClientSource, prefix: string, limits: KurrentDbLimits, onTrouble: OnTrouble) {
    super();
    this.#prefix = prefix;
    this.#appends = new Appends(source, limits);
    this.#reads = new Reads(source, prefix, limits);
    this.#subscriptions = new Subscriptions(source, prefix, limits, onTrouble);
  }

  /**
   * Connects, and resolves when the server has answered. The connection string carries the credentials, if any.
   *
   * @throws ConnectionStringError; Error if the prefix is wrong; EventStoreError `store-unavailable` if nobody answers.
   */
  static async open(url: string, options: KurrentDbOptions = {}): Promise<KurrentDbEventStore> {
    const { streamPrefix = 'holdfast.', onTrouble = () => undefined } = options;
    if (!prefixShape.test(streamPrefix)) throw new Error(`KurrentDB: not a stream prefix: ${streamPrefix}`);
    const source = await clientSource(url);
    const limits = { ...kurrentDbLimits, ...options.limits };
    const store = new KurrentDbEventStore(source, streamPrefix, limits, onTrouble);
    try {
      await store.#appends.connect();
    } catch (cause) {
      if (cause instanceof ConnectionStringError) throw cause;
      throw new EventStoreError('store-unavailable', 'KurrentDB does not answer', { cause });
    }
    return store;
  }

  /** How long the quietest subscription has heard nothing of the server, in ms; 0 without subscriptions. */
  get subscriptionQuietMs(): number {
    return this.#subscriptions.quietMs;
  }

  /** The server appends to one stream at a time; so they are sent one after the other, and each is answered by itself. */
  override appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    return appendEach(batches, (batch) => this.#append(batch));
  }

  override async readStream(stream: string, from: number, most: number, characters?: number): Promise<StreamPage> {
    const limit = characters === undefined ? most : Math.min(most, boundedPageMax);
    // One event before and one after tell in one go where the stream ends, in all cases but those in the middle.
    const first = Math.max(0, from - 1);
    const read = await this.#reads.stream(stream, first, from - first + limit + 1);
    if (read === undefined) return { events: [], head: NO_STREAM };
    const following = read.filter(({ revision }) => revision >= from).slice(0, limit);
    const events = takeFirst(following, characters);
    const last = read.at(-1)?.revision;
    const isEnd = last !== undefined && read.length < from - first + limit + 1;
    if (isEnd) return { events, head: last };
    const head = (await this.#reads.readLast(stream))?.revision ?? NO_STREAM;
    return { events, head };
  }

  override async readAll(after: Position, most: number, characters?: number): Promise<LogPage> {
    const limit = characters === undefined ? most : Math.min(most, boundedPageMax);
    // The read begins at the position itself, and one more event than asked for tells whether this is the end.
    const read = await this.#reads.all(after, limit + 2);
    const following = read.filter(({ position }) => position > after);
    const events = takeFirst(following.slice(0, limit), characters);
    return { events, position: events.at(-1)?.position ?? after, atEnd: following.length === events.length };
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#subscriptions.run(after, deliver, signal);
  }

  /** Ends the subscriptions, waits for the appends under way, at most as long as their time limit, and disconnects. */
  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  async #shut(): Promise<void> {
    this.#subscriptions.close();
    await this.#appends.close();
    this.#reads.close();
  }

  async #append({ stream, expected, events }: StreamAppend): Promise<Appended> {
    const tooLarge = checkSize(events);
    if (tooLarge !== undefined) throw tooLarge;
    const { nextExpectedRevision, position } = await this.#appends.append({
      stream: this.#prefix + stream,
      expected: expected === NO_STREAM ? 'no_stream' : BigInt(expected),
      events: events.map(toClientEvent),
    });
    const revision = Number(nextExpectedRevision);
    const said = position === undefined ? BEGINNING : toPosition(position);
    return { revision, position: said === BEGINNING ? await this.#findPosition(stream, revision) : said };
  }

  /** Some servers do not say where an append stands that was sent again. */
  async #findPosition(stream: string, revision: number): Promise<Position> {
    const read = await this.#reads.stream(stream, revision, 1);
    const position = read?.at(0)?.position;
    if (position !== undefined) return position;
    throw new EventStoreError('outcome-unknown', 'KurrentDB: what was written cannot be read yet');
  }
}
