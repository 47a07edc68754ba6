import { Redis } from 'ioredis';
import type { LeaseLimits } from '../limits.ts';
import { releaseScript, renewScript, takeScript } from './scripts.ts';

/** Bounds of the pause before Redis is connected to again, in ms; it grows with each failure. */
const reconnectPauseMinMs = 50;
const reconnectPauseMaxMs = 1_000;

type Scripted = Redis & {
  readonly takeLease: (...keysAndArguments: readonly string[]) => Promise<number>;
  readonly renewLeases: (keyCount: number, ...keysAndArguments: readonly string[]) => Promise<number[]>;
  readonly releaseLeases: (keyCount: number, ...keysAndArguments: readonly string[]) => Promise<number>;
};

/**
 * The connection that leases are asked for over. Whether Redis answers is known at any moment without asking: one
 * question without an answer is enough to ask no more, until a probe is answered. Nothing here ever rejects.
 */
export class AskedRedis {
  readonly #redis: Scripted;
  readonly #probe: NodeJS.Timeout;
  #answers = false;
  #trouble: string | undefined;

  constructor(url: string, limits: Pick<LeaseLimits, 'commandTimeoutMs' | 'silentMaxMs' | 'probeEveryMs'>) {
    const redis = new Redis(url, {
      // A question that waits for a connection would keep a freeze waiting.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: limits.commandTimeoutMs,
      connectTimeout: limits.silentMaxMs,
      socketTimeout: limits.silentMaxMs,
      retryStrategy: (times) => Math.min(times * reconnectPauseMinMs, reconnectPauseMaxMs),
      // A replica that was a primary until now: connecting again finds the new one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    redis.defineCommand('takeLease', { numberOfKeys: 2, lua: takeScript });
    redis.defineCommand('renewLeases', { lua: renewScript });
    redis.defineCommand('releaseLeases', { lua: releaseScript });
    redis.on('error', (error) => {
      this.#noAnswer(error);
    });
    redis.on('close', () => {
      this.#answers = false;
    });
    redis.on('ready', () => {
      this.#answers = true;
    });
    this.#redis = redis as unknown as Scripted;
    this.#probe = setInterval(() => {
      if (!this.#answers && redis.status === 'ready') void this.#ask(() => redis.ping());
    }, limits.probeEveryMs);
    this.#probe.unref();
  }

  /** False from the first question that was not answered until one is. */
  get answers(): boolean {
    return this.#answers;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether the lease is held now; false also if nobody answered. */
  async take(lease: string, wanted: string, token: string, leaseMs: number, wantedMs: number): Promise<boolean> {
    const taken = await this.#ask(() => this.#redis.takeLease(lease, wanted, token, String(leaseMs), String(wantedMs)));
    return taken === 1;
  }

  /** What was learnt of each lease, see `renewal`; undefined if nobody answered. */
  renew(
    keys: readonly string[],
    token: string,
    leaseMs: number,
    uses: readonly string[],
  ): Promise<readonly number[] | undefined> {
    return this.#ask(() => this.#redis.renewLeases(keys.length, ...keys, token, String(leaseMs), ...uses));
  }

  async release(leases: readonly string[], token: string): Promise<void> {
    await this.#ask(() => this.#redis.releaseLeases(leases.length, ...leases, token));
  }

  close(): void {
    clearInterval(this.#probe);
    this.#answers = false;
    this.#redis.disconnect();
  }

  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      const answer = await question();
      this.#answers = this.#redis.status === 'ready';
      return answer;
    } catch (error) {
      this.#noAnswer(error);
      return undefined;
    }
  }

  #noAnswer(error: unknown): void {
    this.#answers = false;
    this.#trouble = String(error);
  }
}
