import { type Client, type ClientSource, disconnect, release } from './client.ts';
import type { KurrentDbLimits } from './limits.ts';

/**
 * A client that is kept through failures. Its native part is never freed again (some 110 KB each), so a process that made
 * a new one for every try would fill its memory while the server is away: each lasts twice as long as the one before it,
 * until one works.
 */
export class LastingClient {
  readonly #source: ClientSource;
  readonly #limits: KurrentDbLimits;
  #client: Client | undefined;
  #madeAt = 0;
  #renewals = 0;

  constructor(source: ClientSource, limits: KurrentDbLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  get current(): Client {
    if (this.#client !== undefined) return this.#client;
    this.#madeAt = performance.now();
    this.#client = this.#source.connect();
    return this.#client;
  }

  /** It works. */
  proven(): void {
    this.#renewals = 0;
  }

  /** After a failure that the client may not get over: gives it up for another, unless it is too young. */
  renew(): void {
    const { clientLifeMinMs, clientLifeMaxMs } = this.#limits;
    const lifeMs = Math.min(clientLifeMaxMs, clientLifeMinMs * 2 ** this.#renewals);
    if (performance.now() - this.#madeAt >= lifeMs) this.replace();
  }

  /** After something that the client surely does not get over. */
  replace(): void {
    if (this.#client !== undefined) release(this.#client);
    this.#client = undefined;
    this.#renewals += 1;
  }

  /** Ends the client; with its connection, if one stands. */
  close(connectionStands: boolean): void {
    if (this.#client === undefined) return;
    if (connectionStands) disconnect(this.#client);
    else release(this.#client);
    this.#client = undefined;
  }
}
