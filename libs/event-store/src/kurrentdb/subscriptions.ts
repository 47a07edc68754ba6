import { setTimeout as pause } from 'node:timers/promises';
import type { Position, SubscriptionPage } from '#operations/ports';
import type { ClientSource } from './client.ts';
import { hasClosedConnection } from './client-errors.ts';
import { Feed } from './feed.ts';
import { LastingClient } from './lasting-client.ts';
import { pauseBefore, type KurrentDbLimits } from './limits.ts';

/** Is told why a subscription is begun anew, e.g. to log it. */
export type OnTrouble = (what: string, cause: unknown) => void;

/** The subscriptions of a store. The client begins none anew by itself; here each goes on from the last page delivered. */
export class Subscriptions {
  readonly #source: ClientSource;
  readonly #prefix: string;
  readonly #limits: KurrentDbLimits;
  readonly #onTrouble: OnTrouble;
  readonly #closing = new AbortController();
  readonly #feeds = new Set<Feed>();

  constructor(source: ClientSource, prefix: string, limits: KurrentDbLimits, onTrouble: OnTrouble) {
    this.#source = source;
    this.#prefix = prefix;
    this.#limits = limits;
    this.#onTrouble = onTrouble;
  }

  /** How long the quietest subscription has heard nothing, in ms; 0 without subscriptions. */
  get quietMs(): number {
    return Math.max(0, ...[...this.#feeds].map(({ quietMs }) => quietMs));
  }

  /** Ends when a signal aborts or the store is closed; rejects if `deliver` does. */
  async run(after: Position, deliver: (page: SubscriptionPage) => Promise<void>, stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, this.#closing.signal]);
    const client = new LastingClient(this.#source, this.#limits);
    let connectionStands = true;
    try {
      for (let position = after, failures = 1; ; failures += 1) {
        const feed = new Feed(client.current, this.#prefix, position);
        this.#feeds.add(feed);
        let lost: Feed['lost'];
        try {
          for (;;) {
            const page = await feed.next(signal, this.#limits.quietMaxMs);
            if (page === undefined) break;
            await deliver(page);
            ({ position } = page);
            failures = 1;
            client.proven();
          }
          ({ lost } = feed);
        } finally {
          feed.close();
          this.#feeds.delete(feed);
        }
        connectionStands = lost === undefined || !hasClosedConnection(lost.cause);
        if (lost === undefined) return;
        this.#onTrouble('the subscription to KurrentDB is begun anew', lost.cause);
        if (failures >= this.#limits.connectTriesMax) client.renew();
        await pause(pauseBefore(failures, this.#limits), undefined, { signal }).catch(() => undefined);
      }
    } finally {
      client.close(connectionStands);
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
