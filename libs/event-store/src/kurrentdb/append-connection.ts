import type { AppendResult, JSONEventData } from '@kurrent/kurrentdb-client';
import { type ClientSource, probe } from './client.ts';
import { breaksStream } from './client-errors.ts';
import { LastingClient } from './lasting-client.ts';
import { appendsPerConnectionMax, disposeMaxMs, type KurrentDbLimits } from './limits.ts';
import { within } from './time-limit.ts';

/** One append as the client sends it. */
export interface ClientAppend {
  readonly stream: string;
  readonly expected: bigint | 'no_stream';
  readonly events: JSONEventData[];
}

/**
 * A client of its own with one stream of appends. When something goes wrong with the stream, the connection takes no
 * append until it is mended: the client repairs itself safely only as long as nobody uses it meanwhile.
 */
export class AppendConnection {
  readonly #client: LastingClient;
  readonly #limits: KurrentDbLimits;
  #underWay = 0;
  #isReady = false;
  #idle: () => void = () => undefined;

  constructor(source: ClientSource, limits: KurrentDbLimits) {
    this.#client = new LastingClient(source, limits);
    this.#limits = limits;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get takesMore(): boolean {
    return this.#isReady && this.#underWay < appendsPerConnectionMax;
  }

  /** Rejects with the client's error or a `TimeLimit`. */
  async append({ stream, expected, events }: ClientAppend): Promise<AppendResult> {
    const deadline = this.#limits.appendTimeoutMs;
    const options = { streamState: expected, requiresLeader: true, deadline };
    this.#underWay += 1;
    try {
      const result = await within(deadline, this.#client.current.appendToStream(stream, events, options));
      this.#client.proven();
      return result;
    } catch (error) {
      if (breaksStream(error)) this.#isReady = false;
      throw error;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#idle();
    }
  }

  /**
   * Makes the connection ready, for the first time or again: waits until nothing is under way on it, ends its stream, and
   * has the server say what it can do, so that nothing is sent over a connection that never worked.
   */
  async mend(): Promise<void> {
    const { connectTimeoutMs } = this.#limits;
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    // A stream that the server has ended without an error never ends for the client, which would go on using it.
    await within(disposeMaxMs, this.#client.current.dispose()).catch(() => {
      this.#client.replace();
    });
    try {
      await within(connectTimeoutMs, probe(this.#client.current));
    } catch (error) {
      this.#client.renew();
      throw error;
    }
    this.#isReady = true;
  }

  /** Ends at once: what is under way is not known to be written or not. */
  close(): void {
    this.#client.close(this.#isReady);
    this.#isReady = false;
  }
}
