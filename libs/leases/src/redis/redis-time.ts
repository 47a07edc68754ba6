import { Redis } from 'ioredis';
import { TimeReference } from '#application/ports';

/** How long Redis may take to tell the time before it counts as away, in ms. */
const answerMaxMs = 1_000;
/** How long a connection may bring nothing while an answer is awaited before another is made, in ms. */
const silentMaxMs = 2_000;
const reconnectPauseMinMs = 50;
const reconnectPauseMaxMs = 2_000;

/** The clock of the Redis that all processes of a ledger share. */
export class RedisTime extends TimeReference {
  override readonly name = 'Redis';
  readonly #redis: Redis;

  constructor(url: string) {
    super();
    this.#redis = new Redis(url, {
      maxRetriesPerRequest: 1,
      commandTimeout: answerMaxMs,
      connectTimeout: silentMaxMs,
      socketTimeout: silentMaxMs,
      retryStrategy: (times) => Math.min(times * reconnectPauseMinMs, reconnectPauseMaxMs),
    });
    // Who is away is seen by asking.
    this.#redis.on('error', () => undefined);
  }

  override async time(): Promise<number | undefined> {
    try {
      const [seconds, microseconds] = await this.#redis.time();
      return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#redis.disconnect();
  }
}
