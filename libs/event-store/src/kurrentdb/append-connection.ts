import type { AppendResult, JSONEventData } from '@kurrent/kurrentdb-client';
import { disconnect, probe, release, type Client, type ClientSource } from './client.ts';
import { endsConnection, hasClosedConnection } from './client-errors.ts';
import { appendsPerConnectionMax, type KurrentDbLimits } from './limits.ts';
import { TimeLimit, within } from './time-limit.ts';

/** One append as the client sends it. */
export interface ClientAppend {
  readonly stream: string;
  readonly expected: bigint | 'no_stream';
  readonly events: JSONEventData[];
}

/**
 * A client of its own with one stream of appends. Whatever goes wrong with the stream ends the connection, and another
 * takes its place: the client repairs a connection only as long as nobody uses it meanwhile.
 */
export class AppendConnection {
  readonly #client: Client;
  readonly #limits: KurrentDbLimits;
  #underWay = 0;
  #isOver = false;

  private constructor(client: Client, limits: KurrentDbLimits) {
    this.#client = client;
    this.#limits = limits;
  }

  /** Resolves when the server has answered: on a connection that never worked nothing is sent that may be written. */
  static async open(source: ClientSource, limits: KurrentDbLimits): Promise<AppendConnection> {
    const client = source.connect();
    try {
      await within(limits.connectTimeoutMs, probe(client));
    } catch (error) {
      if (error instanceof TimeLimit) disconnect(client);
      else release(client);
      throw error;
    }
    return new AppendConnection(client, limits);
  }

  get underWay(): number {
    return this.#underWay;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get hasRoom(): boolean {
    return !this.#isOver && this.#underWay < appendsPerConnectionMax;
  }

  /** Rejects with the client's error or a `TimeLimit`. */
  async append({ stream, expected, events }: ClientAppend): Promise<AppendResult> {
    const deadline = this.#limits.appendTimeoutMs;
    this.#underWay += 1;
    const sent = this.#client.appendToStream(stream, events, { streamState: expected, requiresLeader: true, deadline });
    try {
      return await within(deadline, sent);
    } catch (error) {
      if (endsConnection(error)) this.#end(hasClosedConnection(error) ? release : disconnect);
      throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends at once: what is under way is not known to be written or not. */
  close(): void {
    this.#isOver = true;
    disconnect(this.#client);
  }

  /** Takes nothing any more. The other appends under way may still be answered; by then they have timed out. */
  #end(how: (client: Client) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    setTimeout(() => {
      how(this.#client);
    }, this.#limits.appendTimeoutMs).unref();
  }
}
