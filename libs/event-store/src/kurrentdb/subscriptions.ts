import { setTimeout as pause } from 'node:timers/promises';
import type { Position, SubscriptionPage } from '#application/ports';
import type { ClientSource } from './client.ts';
import { hasClosedConnection } from './client-errors.ts';
import { Feed } from './feed.ts';
import { LastingClient } from './lasting-client.ts';
import { type KurrentDbLimits, pauseBefore } from './limits.ts';

/** Is told why a subscription is restarted, e.g. to log it. */
export type OnTrouble = (what: string, cause: unknown) => void;

/** A subscription as its reader sees it, through all that it is restarted. */
interface Run {
  /** By the monotonic clock, in ms: of the feeds before this one. */
  heardAt: number;
  feed: Feed | undefined;
}

/** The subscriptions of a store. The client restarts none by itself; here each goes on from the last page delivered. */
export class Subscriptions {
  readonly #source: ClientSource;
  readonly #prefix: string;
  readonly #limits: KurrentDbLimits;
  readonly #onTrouble: OnTrouble;
  readonly #closing = new AbortController();
  readonly #runs = new Set<Run>();

  constructor(source: ClientSource, prefix: string, limits: KurrentDbLimits, onTrouble: OnTrouble) {
    this.#source = source;
    this.#prefix = prefix;
    this.#limits = limits;
    this.#onTrouble = onTrouble;
  }

  /** How long the quietest subscription has heard nothing, however often it was restarted, in ms; 0 without any. */
  get quietMs(): number {
    const now = performance.now();
    return Math.max(0, ...[...this.#runs].map(({ heardAt, feed }) => now - (feed?.heardAt ?? heardAt)));
  }

  /** Ends when a signal aborts or the store is closed; rejects if `deliver` does. */
  async run(after: Position, deliver: (page: SubscriptionPage) => Promise<void>, stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, this.#closing.signal]);
    const client = new LastingClient(this.#source, this.#limits);
    const run: Run = { heardAt: performance.now(), feed: undefined };
    this.#runs.add(run);
    let connectionStands = true;
    try {
      for (let position = after, failures = 1; ; failures += 1) {
        const feed = new Feed(client.current, this.#prefix, position);
        run.feed = feed;
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
          run.heardAt = feed.heardAt ?? run.heardAt;
          run.feed = undefined;
        }
        connectionStands = lost === undefined || !hasClosedConnection(lost.cause);
        if (lost === undefined) return;
        this.#onTrouble('the subscription to KurrentDB is restarted', lost.cause);
        if (failures >= this.#limits.connectTriesMax) client.renew();
        await pause(pauseBefore(failures, this.#limits), undefined, { signal }).catch(() => undefined);
      }
    } finally {
      this.#runs.delete(run);
      client.close(connectionStands);
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
