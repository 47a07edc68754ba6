import { Redis } from 'ioredis';
import type { LeaseLimits } from '../limits.ts';
import { readRefusal } from './refusal.ts';
import { releaseScript, renewScript, takeScript, wishesScript, wishScript } from './scripts.ts';

/** Bounds of the pause before Redis is connected to again, in ms; it grows with each failure. */
const reconnectPauseMinMs = 50;
const reconnectPauseMaxMs = 1_000;

type OnLease<Answer> = (lease: string, wish: string, ...others: readonly (string | number)[]) => Promise<Answer>;
type OnLeases<Answer> = (count: number, ...keysAndOthers: readonly (string | number)[]) => Promise<Answer>;

type Scripted = Redis & {
  readonly takeLease: OnLease<number>;
  readonly wishForLease: OnLease<number>;
  readonly takeWishes: (key: string) => Promise<string[]>;
  readonly renewLeases: OnLeases<number[]>;
  readonly releaseLeases: OnLeases<number>;
};

/** The names of the keys of one ledger. */
export interface LeaseKeys {
  readonly lease: (accountId: string) => string;
  readonly wish: (accountId: string) => string;
  /** A process's set of wishes is named by its token, after this. */
  readonly wishesPrefix: string;
}

/**
 * The connection that leases are asked for over. Whether Redis answers is known at any moment without asking: one
 * question without an answer is enough to ask no more, until a probe is answered. Nothing here ever rejects.
 */
export class AskedRedis {
  readonly #redis: Scripted;
  readonly #keys: LeaseKeys;
  readonly #token: string;
  readonly #limits: LeaseLimits;
  readonly #probe: NodeJS.Timeout;
  #answers = false;
  #trouble: string | undefined;
  #refusal: string | undefined;

  /**
   * @param token of this process; not two may have the same.
   * @param refused is told once why Redis, which is there, does not serve this process.
   */
  constructor(
    url: string,
    keys: LeaseKeys,
    token: string,
    limits: LeaseLimits,
    refused: (refusal: string) => void = () => undefined,
  ) {
    this.#keys = keys;
    this.#token = token;
    this.#limits = limits;
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
    redis.defineCommand('wishForLease', { numberOfKeys: 2, lua: wishScript });
    redis.defineCommand('takeWishes', { numberOfKeys: 1, lua: wishesScript });
    redis.defineCommand('renewLeases', { lua: renewScript });
    redis.defineCommand('releaseLeases', { lua: releaseScript });
    redis.on('error', (error) => {
      this.#noAnswer(error);
      const refusal = readRefusal(error);
      if (refusal !== undefined && refusal !== this.#refusal) refused(refusal);
      this.#refusal = refusal;
    });
    redis.on('close', () => {
      this.#answers = false;
    });
    redis.on('ready', () => {
      this.#answers = true;
      this.#refusal = undefined;
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

  /** Why Redis, which is there, does not serve this process at present. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Whether the lease is held now; false also if nobody answered. */
  async take(accountId: string): Promise<boolean> {
    const { lease, wish } = this.#keys;
    const { leaseMs } = this.#limits;
    const taken = await this.#ask(() => this.#redis.takeLease(lease(accountId), wish(accountId), this.#token, leaseMs));
    return taken === 1;
  }

  /** Lets the holder know that this process wants its lease; keeps the lease for this one, if nobody wanted it before. */
  async wish(accountId: string): Promise<void> {
    const { lease, wish, wishesPrefix } = this.#keys;
    const { wishMs } = this.#limits;
    await this.#ask(() =>
      this.#redis.wishForLease(lease(accountId), wish(accountId), this.#token, wishMs, wishesPrefix, accountId),
    );
  }

  /** The accounts whose leases others want from this process; each wish is told once. */
  async wishes(): Promise<readonly string[]> {
    return (await this.#ask(() => this.#redis.takeWishes(this.#keys.wishesPrefix + this.#token))) ?? [];
  }

  /** Whether each lease is still this process's own, and is renewed; undefined if nobody answered. */
  async renew(accountIds: readonly string[]): Promise<readonly boolean[] | undefined> {
    const { leaseMs } = this.#limits;
    const leases = accountIds.map(this.#keys.lease);
    const kept = await this.#ask(() => this.#redis.renewLeases(leases.length, ...leases, this.#token, leaseMs));
    return kept?.map((one) => one === 1);
  }

  async release(accountIds: readonly string[]): Promise<void> {
    const leases = accountIds.map(this.#keys.lease);
    await this.#ask(() => this.#redis.releaseLeases(leases.length, ...leases, this.#token));
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
