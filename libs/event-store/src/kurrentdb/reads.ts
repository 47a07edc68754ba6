import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreError, type Position, type RecordedEvent } from '#application/ports';
import type { Client, ClientSource } from './client.ts';
import { clientError } from './client-errors.ts';
import { type ClientEvent, fromPosition, toRecordedEvent } from './event-record.ts';
import { LastingClient } from './lasting-client.ts';
import { type KurrentDbLimits, pauseBefore } from './limits.ts';
import { TimeLimit, within } from './time-limit.ts';

type Page = AsyncIterable<{ readonly event?: ClientEvent }>;

/**
 * Reads pages from the leader, each try with a time limit of its own, which the client's reads have not. Reading changes
 * nothing, so it is tried again whatever went wrong.
 */
export class Reads {
  readonly #source: ClientSource;
  readonly #prefix: string;
  readonly #limits: KurrentDbLimits;
  readonly #client: LastingClient;

  constructor(source: ClientSource, prefix: string, limits: KurrentDbLimits) {
    this.#source = source;
    this.#prefix = prefix;
    this.#limits = limits;
    this.#client = new LastingClient(source, limits);
  }

  /** At most `limit` events of a stream from a revision on; undefined if there is no such stream. */
  stream(stream: string, from: number, limit: number): Promise<readonly RecordedEvent[] | undefined> {
    const options = { fromRevision: BigInt(from), maxCount: limit, requiresLeader: true };
    return this.#read((client) => client.readStream(this.#prefix + stream, options));
  }

  /** The last event of a stream; undefined if there is none. */
  async readLast(stream: string): Promise<RecordedEvent | undefined> {
    const options = { fromRevision: 'end', direction: 'backwards', maxCount: 1, requiresLeader: true } as const;
    const events = await this.#read((client) => client.readStream(this.#prefix + stream, options));
    return events?.at(-1);
  }

  /** At most `limit` events of our streams from a position on, the one that stands at it included. */
  async all(from: Position, limit: number): Promise<readonly RecordedEvent[]> {
    const filter = this.#source.kurrent.streamNameFilter({ prefixes: [this.#prefix] });
    const options = { fromPosition: fromPosition(from), maxCount: limit, requiresLeader: true, filter };
    return (await this.#read((client) => client.readAll(options))) ?? [];
  }

  close(): void {
    this.#client.close(false);
  }

  async #read(page: (client: Client) => Page): Promise<readonly RecordedEvent[] | undefined> {
    for (let failures = 0; ;) {
      try {
        const events = await within(this.#limits.readTimeoutMs, this.#collect(page(this.#client.current)));
        this.#client.proven();
        return events;
      } catch (cause) {
        const { type = '', message = '' } = clientError(cause);
        if (type === 'stream-not-found') return undefined;
        failures += 1;
        const isRefusal = type === 'access-denied' || type === 'stream-deleted';
        // The client's own repair is given one chance, which takes it to the leader if there is a new one.
        if (cause instanceof TimeLimit || failures > 1) this.#client.renew();
        if (isRefusal || failures >= this.#limits.readTriesMax) {
          throw new EventStoreError('store-unavailable', `KurrentDB cannot be read: ${type} ${message}`, { cause });
        }
        await pause(pauseBefore(failures, this.#limits));
      }
    }
  }

  async #collect(page: Page): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const { event } of page) {
      if (event !== undefined) events.push(toRecordedEvent(event, this.#prefix));
    }
    return events;
  }
}
