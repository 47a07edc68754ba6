import { setTimeout as pause } from 'node:timers/promises';
import { type LogPage, type Position, type RecordedEvent, type SubscriptionPage, takeFirst } from '#application/ports';
import { type ClientSource, clientSource } from './client.ts';
import { clientError } from './client-errors.ts';
import {
  followedCharactersMax,
  followedEventsMax,
  type KurrentDbLimits,
  kurrentDbLimits,
  nothingNewMaxMs,
} from './limits.ts';
import { Subscriptions } from './subscriptions.ts';

/**
 * The log as a subscription delivers it, for one reader that asks for page after page: what has been delivered waits
 * here until it is asked for. The subscription begins where the first page is asked for, and is held back while too much
 * waits.
 */
export class FollowedLog {
  readonly #subscriptions: Subscriptions;
  readonly #onNews: () => void;
  readonly #ending = new AbortController();
  #trouble: string | undefined;
  #ended: Promise<void> | undefined;
  #events: RecordedEvent[] = [];
  #characters = 0;
  #position: Position | undefined;
  #caughtUp = false;
  #failure: unknown;
  /** Lets the subscription deliver on. */
  #resume: () => void = () => undefined;
  /** Wakes the reader that waits for something to read. */
  #arrived: () => void = () => undefined;

  private constructor(source: ClientSource, streamPrefix: string, onNews: () => void, limits: KurrentDbLimits) {
    this.#subscriptions = new Subscriptions(source, streamPrefix, limits, (_, cause) => {
      const { type, message } = clientError(cause);
      this.#trouble = type ?? message ?? 'the subscription has ended';
    });
    this.#onNews = onNews;
  }

  /** @param onNews is called whenever something has been delivered. */
  static async open(
    url: string,
    streamPrefix: string,
    onNews: () => void,
    limits: Partial<KurrentDbLimits> = {},
  ): Promise<FollowedLog> {
    const source = await clientSource(url);
    return new FollowedLog(source, streamPrefix, onNews, { ...kurrentDbLimits, ...limits });
  }

  /** How long nothing has been heard of the server, in ms. */
  get quietMs(): number {
    return this.#subscriptions.quietMs;
  }

  /** Why the subscription had to be restarted, until it delivers again. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /**
   * What was delivered after `after`, which is where the last page ended. Waits for a moment where nothing was, unless
   * the log's end is reached.
   */
  async readAll(after: Position, limit: number, characters?: number): Promise<LogPage> {
    this.#ended ??= this.#follow(after);
    if (this.#events.length === 0 && !this.#caughtUp) await this.#arrival();
    if (this.#failure !== undefined) throw this.#failure as Error;
    const events = this.#events.splice(0, takeFirst(this.#events.slice(0, limit), characters).length);
    this.#characters -= countCharacters(events);
    this.#resume();
    const last = events.at(-1);
    if (this.#events.length > 0 && last !== undefined) return { events, position: last.position, atEnd: false };
    return { events, position: this.#position ?? after, atEnd: this.#caughtUp };
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#resume();
    this.#arrived();
    await this.#ended;
    this.#subscriptions.close();
  }

  #follow(after: Position): Promise<void> {
    const deliver = (page: SubscriptionPage): Promise<void> => this.#receive(page);
    return this.#subscriptions.run(after, deliver, this.#ending.signal).catch((error: unknown) => {
      this.#failure = error;
      this.#arrived();
    });
  }

  async #receive({ events, position, caughtUp }: SubscriptionPage): Promise<void> {
    for (const event of events) this.#events.push(event);
    this.#characters += countCharacters(events);
    this.#position = position;
    this.#caughtUp = caughtUp;
    this.#trouble = undefined;
    this.#arrived();
    this.#onNews();
    const keepsLittle = this.#events.length < followedEventsMax && this.#characters < followedCharactersMax;
    if (keepsLittle || this.#ending.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
  }

  async #arrival(): Promise<void> {
    const stopped = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    const late = pause(nothingNewMaxMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    await Promise.race([arrived, late]);
    stopped.abort();
  }
}

function countCharacters(events: readonly RecordedEvent[]): number {
  return events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
}
