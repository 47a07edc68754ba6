import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Leases, type LeasesState } from '#operations/ports';
import { leaseLimits, type LeaseLimits } from '../limits.ts';
import { AskedRedis } from './asked-redis.ts';
import { renewal, use, type Use } from './scripts.ts';

export interface RedisLeasesOptions {
  /** e.g. `redis://host:6379` or `rediss://user:secret@host:6379/1`. */
  readonly url: string;
  /** What the names of all keys begin with: processes of one ledger share it, ledgers on one Redis must not. */
  readonly prefix?: string;
  readonly limits?: Partial<LeaseLimits>;
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
 * all in use are renewed together, and one that nobody uses runs out. Who wants one that another process holds leaves a
 * wish, which the holder sees at its next renewal and grants after its batch.
 */
export class RedisLeases extends Leases {
  readonly #limits: LeaseLimits;
  readonly #prefix: string;
  readonly #redis: AskedRedis;
  /** Of this process. A lease taken again by the same process is the same lease. */
  readonly #token = randomUUID();
  readonly #held = new Map<string, HeldLease>();
  /** Accounts worked on without a lease, and until when; by the monotonic clock, ms. */
  readonly #without = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> | undefined;
  #wentWithout = 0;
  #closed = false;

  /** Connects in the background: until Redis answers, every batch goes on at once. */
  constructor(options: RedisLeasesOptions) {
    super();
    this.#limits = { ...leaseLimits, ...options.limits };
    this.#prefix = options.prefix ?? 'holdfast';
    this.#redis = new AskedRedis(options.url, this.#limits);
    this.#timer = setInterval(() => {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = undefined;
      });
    }, this.#limits.renewEveryMs);
    this.#timer.unref();
  }

  override take(accountId: string): Promise<void> | undefined {
    const now = performance.now();
    const held = this.#held.get(accountId);
    if (held !== undefined && held.validUntil > now) {
      held.busy = true;
      held.used = true;
      return undefined;
    }
    if (!this.#redis.answers || this.#closed) return undefined;
    if ((this.#without.get(accountId) ?? 0) > now || this.#held.size >= this.#limits.heldMax) return undefined;
    return this.#ask(accountId, now);
  }

  override done(accountId: string): void {
    const held = this.#held.get(accountId);
    if (held === undefined) return;
    held.busy = false;
    if (held.wanted) this.#handOver(held);
  }

  override state(): LeasesState {
    return {
      mode: this.#redis.answers ? 'working' : 'away',
      trouble: this.#redis.trouble,
      held: this.#held.size,
      wentWithout: this.#wentWithout,
    };
  }

  override async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#renewing;
    const leases = [...this.#held.keys()];
    this.#held.clear();
    for (const some of piecesOf(leases, this.#limits.renewedAtOnceMax)) {
      if (!this.#redis.answers) break;
      await this.#redis.release(
        some.map((accountId) => this.#leaseKey(accountId)),
        this.#token,
      );
    }
    this.#redis.close();
  }

  /** Tries until the lease is held, the wait is over, or nobody answers any more. */
  async #ask(accountId: string, since: number): Promise<void> {
    const { leaseMs, waitMaxMs, waitPauseMs, wantedMs, withoutMs } = this.#limits;
    const [lease, wanted] = [this.#leaseKey(accountId), this.#wantedKey(accountId)];
    for (;;) {
      const asked = performance.now();
      if (await this.#redis.take(lease, wanted, this.#token, leaseMs, wantedMs)) {
        this.#hold({ accountId, validUntil: asked + leaseMs, busy: true, used: true, wanted: false });
        return;
      }
      if (!this.#redis.answers || performance.now() + waitPauseMs > since + waitMaxMs) break;
      await pause(waitPauseMs);
    }
    this.#wentWithout += 1;
    this.#without.set(accountId, performance.now() + withoutMs);
  }

  #hold(lease: HeldLease): void {
    // One that comes while the house closes runs out by itself.
    if (!this.#closed) this.#held.set(lease.accountId, lease);
  }

  /** All leases in use are renewed; those that ran out are forgotten; those that others want are handed over. */
  async #renew(): Promise<void> {
    const now = performance.now();
    for (const [accountId, until] of this.#without) {
      if (until <= now) this.#without.delete(accountId);
    }
    for (const { accountId, validUntil } of this.#held.values()) {
      if (validUntil <= now) this.#held.delete(accountId);
    }
    for (const some of piecesOf([...this.#held.values()], this.#limits.renewedAtOnceMax)) {
      if (!this.#redis.answers) return;
      await this.#renewSome(some);
    }
  }

  async #renewSome(leases: readonly HeldLease[]): Promise<void> {
    const asked = performance.now();
    const uses = leases.map(useOf);
    for (const lease of leases) lease.used = lease.busy;
    const keys = leases.flatMap(({ accountId }) => [this.#leaseKey(accountId), this.#wantedKey(accountId)]);
    const learnt = await this.#redis.renew(keys, this.#token, this.#limits.leaseMs, uses);
    if (learnt === undefined) return;
    for (const [index, lease] of leases.entries()) {
      const inUse = uses[index] !== use.idle;
      if (inUse) lease.validUntil = asked + this.#limits.leaseMs;
      this.#learn(lease, learnt[index]);
    }
  }

  #learn(lease: HeldLease, learnt: number | undefined): void {
    if (this.#held.get(lease.accountId) !== lease) return;
    switch (learnt) {
      case renewal.kept:
        return;
      case renewal.wanted:
        lease.wanted = true;
        if (!lease.busy) this.#handOver(lease);
        return;
      default:
        // Lost or given up already. A batch that is at work goes on without.
        this.#held.delete(lease.accountId);
    }
  }

  #handOver(lease: HeldLease): void {
    this.#held.delete(lease.accountId);
    void this.#redis.release([this.#leaseKey(lease.accountId)], this.#token);
  }

  #leaseKey(accountId: string): string {
    return `${this.#prefix}:lease:${accountId}`;
  }

  #wantedKey(accountId: string): string {
    return `${this.#prefix}:wanted:${accountId}`;
  }
}

function useOf({ busy, used }: HeldLease): Use {
  if (busy) return use.busy;
  return used ? use.used : use.idle;
}

function* piecesOf<Item>(items: readonly Item[], most: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most);
}
