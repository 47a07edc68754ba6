import type { LogPage, Position, SubscriptionPage } from '#application/ports';

/** Events per page of a subscription. */
const subscriptionPageMax = 500;

/** Characters of their texts after which a page ends. */
const subscriptionCharactersMax = 2 * 1_024 * 1_024;

/** Tells that there may be something new in a log. */
export interface News {
  /** Grows with every piece of news. */
  readonly count: number;
  /** Resolves when there has been more news than `count`, or when `signal` aborts. */
  after(count: number, signal: AbortSignal): Promise<void>;
}

/** News from a writer in this process. */
export class AppendNews implements News {
  readonly #waiting = new Set<() => void>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  tell(): void {
    this.#count += 1;
    for (const wake of this.#waiting) wake();
  }

  after(count: number, signal: AbortSignal): Promise<void> {
    if (this.#count > count || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

/** Delivers a log from a position on, page by page, and then whatever the news brings; ends when `signal` aborts. */
export async function deliverPages(
  log: {
    readonly readAll: (after: Position, limit: number, characters: number) => LogPage | Promise<LogPage>;
    readonly news: News;
  },
  after: Position,
  deliver: (page: SubscriptionPage) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let position = after;
  let told = false;
  while (!signal.aborted) {
    // Counted before reading: what is appended meanwhile is news.
    const { count } = log.news;
    const page = await log.readAll(position, subscriptionPageMax, subscriptionCharactersMax);
    if (page.events.length === 0 && told) {
      await log.news.after(count, signal);
      continue;
    }
    await deliver({ events: page.events, position: page.position, caughtUp: page.atEnd });
    told = page.atEnd;
    position = page.position;
  }
}
