import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Leases, type LeasesState } from '#application/ports';
import { type LeaseLimits, leaseLimits } from '../limits.ts';
import { AskedRedis } from './asked-redis.ts';
import { Recurring } from './recurring.ts';

export interface RedisLeasesOptions {
  /** e.g. `redis://host:6379` or `rediss://user:secret@host:6379/1`. One server or its replicas, not a Redis Cluster. */
  readonly url: string;
  /** What the names of all keys begin with: processes of one ledger share it, ledgers on one Redis must not. */
  readonly prefix?: string;
  readonly limits?: Partial<LeaseLimits>;
  /** Told once why Redis, which is there, does not serve this process; again after it has. */
  readonly refused?: (refusal: string) => void;
}

/** A lease that this process holds, as far as it knows. */
interface HeldLease {
  readonly accountId: string;
  /** By the monotonic clock, ms; never later than Redis lets it run out. */
  validUntil: number;
  /** A batch is at work. */
  busy: boolean;
  /** A batch was at work since the last renewal. */
  used: boolean;
  /** Another process asked for it while a batch was at work. */
  wanted: boolean;
}

/**
 * Leases in Redis. One costs a round trip when it is taken and none while it is in use: it is kept from batch to batch,
 * all in use are renewed together, and one that nobody uses runs out.
 *
 * A batch that finds its lease taken goes on at once, since most likely there is nobody to run into. Only when the account
 * proves to be contended does it make a wish and wait; the holder grants that after its batch.
 */
export class RedisLeases extends Leases {
  readonly #limits: LeaseLimits;
  readonly #redis: AskedRedis;
  readonly #held = new Map<string, HeldLease>();
  /** Contended accounts, and until when they count as such; by the monotonic clock, ms. */
  readonly #contended = new Map<string, number>();
  readonly #renewals: Recurring;
  readonly #wishes: Recurring;
  #asking = 0;
  #wentWithout = 0;
  #closed = false;

  /** Connects in the background: until Redis answers, every batch goes on at once. */
  constructor(options: RedisLeasesOptions) {
    super();
    const prefix = options.prefix ?? 'holdfast';
    const keys = {
      lease: (accountId: string) => `${prefix}:lease:${accountId}`,
      wish: (accountId: string) => `${prefix}:wish:${accountId}`,
      wishesPrefix: `${prefix}:wishes:`,
    };
    this.#limits = { ...leaseLimits, ...options.limits };
    this.#redis = new AskedRedis(options.url, keys, randomUUID(), this.#limits, options.refused);
    this.#renewals = new Recurring(this.#limits.renewEveryMs, () => this.#renew());
    this.#wishes = new Recurring(this.#limits.wishesEveryMs, () => this.#grantWishes());
  }

  override take(accountId: string, tries: number): Promise<void> | undefined {
    const now = performance.now();
    const held = this.#held.get(accountId);
    if (held !== undefined && held.validUntil > now) {
      held.busy = true;
      held.used = true;
      return undefined;
    }
    if (!this.#redis.answers || this.#closed) return undefined;
    if (tries >= this.#limits.contendedTries) this.#isContended(accountId);
    const { heldMax, askingMax } = this.#limits;
    if (this.#held.size >= heldMax || this.#asking >= askingMax) return undefined;
    return this.#ask(accountId, now);
  }

  override done(accountId: string): void {
    const held = this.#held.get(accountId);
    if (held === undefined) return;
    held.busy = false;
    if (held.wanted) this.#handOver(held);
  }

  override holds(accountId: string): boolean {
    return (this.#held.get(accountId)?.validUntil ?? 0) > performance.now();
  }

  override state(): LeasesState {
    return {
      mode: this.#redis.answers ? 'working' : 'away',
      trouble: this.#redis.trouble,
      refusal: this.#redis.refusal,
      held: this.#held.size,
      wentWithout: this.#wentWithout,
    };
  }

  override async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#renewals.stop();
    await this.#wishes.stop();
    const accountIds = [...this.#held.keys()];
    this.#held.clear();
    for (const some of splitPieces(accountIds, this.#limits.renewedAtOnceMax)) {
      if (this.#redis.answers) await this.#redis.release(some);
    }
    this.#redis.close();
  }

  async #ask(accountId: string, since: number): Promise<void> {
    this.#asking += 1;
    try {
      if (await this.#tryToTake(accountId)) return;
      if ((this.#contended.get(accountId) ?? 0) < since) return;
      if (!(await this.#waitFor(accountId, since + this.#limits.waitMaxMs))) this.#wentWithout += 1;
      this.#isContended(accountId);
    } finally {
      this.#asking -= 1;
    }
  }

  async #tryToTake(accountId: string): Promise<boolean> {
    const asked = performance.now();
    if (!(await this.#redis.take(accountId))) return false;
    const validUntil = asked + this.#limits.leaseMs;
    // One that comes while the process closes runs out by itself.
    if (!this.#closed) this.#held.set(accountId, { accountId, validUntil, busy: true, used: true, wanted: false });
    return true;
  }

  /** Wishes and tries until the lease is held, the time is over, or nobody answers any more. */
  async #waitFor(accountId: string, end: number): Promise<boolean> {
    const { waitPauseMs } = this.#limits;
    while (this.#redis.answers && performance.now() + waitPauseMs <= end) {
      await this.#redis.wish(accountId);
      await pause(waitPauseMs);
      if (await this.#tryToTake(accountId)) return true;
    }
    return false;
  }

  async #grantWishes(): Promise<void> {
    if (this.#held.size === 0 || !this.#redis.answers) return;
    for (const accountId of await this.#redis.wishes()) {
      const held = this.#held.get(accountId);
      if (held === undefined) continue;
      held.wanted = true;
      if (!held.busy) this.#handOver(held);
    }
  }

  #handOver({ accountId }: HeldLease): void {
    this.#held.delete(accountId);
    this.#isContended(accountId);
    void this.#redis.release([accountId]);
  }

  #isContended(accountId: string): void {
    this.#contended.set(accountId, performance.now() + this.#limits.contendedMs);
  }

  /** Leases in use are renewed; what has run out is forgotten. */
  async #renew(): Promise<void> {
    const now = performance.now();
    forget(this.#contended, (until) => until < now);
    forget(this.#held, ({ validUntil }) => validUntil <= now);
    const inUse = [...this.#held.values()].filter(({ busy, used }) => busy || used);
    for (const some of splitPieces(inUse, this.#limits.renewedAtOnceMax)) {
      if (this.#redis.answers) await this.#renewSome(some);
    }
  }

  async #renewSome(leases: readonly HeldLease[]): Promise<void> {
    const asked = performance.now();
    for (const lease of leases) lease.used = lease.busy;
    const kept = await this.#redis.renew(leases.map(({ accountId }) => accountId));
    if (kept === undefined) return;
    for (const [index, lease] of leases.entries()) {
      lease.validUntil = asked + this.#limits.leaseMs;
      // Lost: a batch that is at work goes on without.
      if (kept[index] !== true && this.#held.get(lease.accountId) === lease) this.#held.delete(lease.accountId);
    }
  }
}

function* splitPieces<Item>(items: readonly Item[], most: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most);
}

function forget<Value>(map: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [key, value] of map) {
    if (isOver(value)) map.delete(key);
  }
}
