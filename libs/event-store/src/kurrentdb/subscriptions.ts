import { setTimeout as pause } from 'node:timers/promises';
import type { Position, SubscriptionPage } from '#operations/ports';
import type { ClientSource } from './client.ts';
import { Feed } from './feed.ts';
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
    let position = after;
    for (let failures = 1; ; failures += 1) {
      const feed = new Feed(this.#source, this.#prefix, position);
      this.#feeds.add(feed);
      let lost: Feed['lost'];
      try {
        for (;;) {
          const page = await feed.next(signal, this.#limits.quietMaxMs);
          if (page === undefined) break;
          await deliver(page);
          ({ position } = page);
          failures = 1;
        }
        ({ lost } = feed);
      } finally {
        feed.close();
        this.#feeds.delete(feed);
      }
      if (lost === undefined) return;
      this.#onTrouble('the subscription to KurrentDB is begun anew', lost.cause);
      await pause(pauseBefore(failures, this.#limits), undefined, { signal }).catch(() => undefined);
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
