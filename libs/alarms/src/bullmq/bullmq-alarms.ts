import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { Alarms, type AlarmsState, type Clock, type DueSecond } from '#application/ports';
import { type AlarmLimits, alarmLimits } from '../limits.ts';
import { askingConnection, waitingConnection } from './connections.ts';
import { checkEviction } from './eviction.ts';

/** Seen by operators, on the board and in Redis. */
const queueName = 'unfreezing';
const jobName = 'unfreeze';
const secondMs = 1_000;

/** Events of the queue that are kept in Redis, where nobody reads them; BullMQ keeps 10 000 by default. */
const queueEventsKept = 100;

export interface BullmqAlarmsOptions {
  /** e.g. `redis://host:6379`. */
  readonly url: string;
  readonly clock: Clock;
  /** What the names of all keys begin with: processes of one ledger share it, ledgers on one Redis must not. */
  readonly prefix?: string;
  readonly limits?: Partial<AlarmLimits>;
}

interface Alarm {
  readonly accountId: string;
}

/**
 * Alarms as delayed jobs of BullMQ, one for each account and second. A job leaves no trace when it is done or has
 * failed, because BullMQ silently ignores a new one with the id of any that is still there.
 */
export class BullmqAlarms extends Alarms {
  readonly #options: BullmqAlarmsOptions;
  readonly #limits: AlarmLimits;
  readonly #redis: Redis;
  #queue: Queue<Alarm> | undefined;
  #worker: Worker<Alarm> | undefined;
  #workerRedis: Redis | undefined;
  /** Whether alarms are safe at the server at hand; undefined until it is known. */
  #safety: Promise<void> | undefined;
  #trouble: string | undefined;
  /** Why there is no connection. */
  #cut: string | undefined;
  #rung = 0;
  #failed = 0;
  #queueMade: (queue: Queue) => void = () => undefined;

  private constructor(options: BullmqAlarmsOptions) {
    super();
    this.#options = options;
    this.#limits = { ...alarmLimits, ...options.limits };
    this.#redis = askingConnection(options.url, this.#limits);
    this.#redis.on('error', (error) => {
      this.#cut = String(error);
      this.#note(error);
    });
    // It may be another server, or set otherwise, after each connection.
    this.#redis.on('ready', () => {
      this.#cut = undefined;
      this.#safety = undefined;
      this.#safe().catch(this.#note);
    });
  }

  /**
   * Goes on without Redis if that is away: it is connected to in the background, and checked then.
   *
   * @throws AlarmsNotSafe if this Redis may throw alarms away.
   */
  static async open(options: BullmqAlarmsOptions): Promise<BullmqAlarms> {
    const alarms = new BullmqAlarms(options);
    try {
      await alarms.#checkAtBoot();
      return alarms;
    } catch (error) {
      await alarms.close();
      throw error;
    }
  }

  /** Hands over the queue, for others to look at, as soon as there is one. To be called once. */
  onQueue(made: (queue: Queue) => void): void {
    this.#queueMade = made;
    if (this.#queue !== undefined) made(this.#queue);
  }

  override async set(seconds: readonly DueSecond[]): Promise<void> {
    const { setAtOnceMax } = this.#limits;
    try {
      for (let from = 0; from < seconds.length; from += setAtOnceMax) {
        const queue = await this.#askedQueue();
        await queue.addBulk(seconds.slice(from, from + setAtOnceMax).map((due) => this.#toJob(due)));
      }
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  override listen(ring: (accountId: string) => Promise<void>): void {
    const redis = waitingConnection(this.#options.url, this.#limits);
    redis.on('error', this.#note);
    const worker = new Worker<Alarm>(queueName, (job) => ring(job.data.accountId), {
      connection: redis,
      prefix: this.#prefix,
      concurrency: this.#limits.ringingMax,
      runRetryDelay: this.#limits.retryPauseMs,
    });
    worker.on('error', this.#note);
    worker.on('completed', () => {
      this.#rung += 1;
    });
    worker.on('failed', (job: Job<Alarm> | undefined, error: Error) => {
      this.#rung += 1;
      this.#failed += 1;
      this.#note(job === undefined ? error : `${String(job.id)}: ${error.message}`);
    });
    this.#worker = worker;
    this.#workerRedis = redis;
  }

  override async state(): Promise<AlarmsState> {
    const counts = await this.#counts();
    return {
      mode: counts === undefined ? 'away' : 'working',
      trouble: this.#trouble,
      rung: this.#rung,
      failed: this.#failed,
      counts,
    };
  }

  override async close(): Promise<void> {
    await this.#closeWorker();
    this.#workerRedis?.disconnect();
    // Its connection is ours, so there is nothing to wait for.
    await this.#queue?.close();
    this.#redis.disconnect();
  }

  readonly #note = (trouble: unknown): void => {
    this.#trouble = typeof trouble === 'string' ? trouble : String(trouble);
  };

  get #prefix(): string {
    return this.#options.prefix ?? 'holdfast';
  }

  async #checkAtBoot(): Promise<void> {
    // Ends with the first error as well.
    const ready = once(this.#redis, 'ready').catch(() => undefined);
    await Promise.race([ready, pause(this.#limits.bootWaitMs, undefined, { ref: false })]);
    if (this.#redis.status !== 'ready') return;
    await this.#safe().catch((error: unknown) => {
      if ((error as Error).name === 'AlarmsNotSafe') throw error;
    });
  }

  /** Asks once for each connection; again, if the answer was no or there was none. */
  #safe(): Promise<void> {
    this.#safety ??= checkEviction(this.#redis).catch((error: unknown) => {
      this.#safety = undefined;
      throw error;
    });
    return this.#safety;
  }

  /** The queue, if somebody answers who does not lose alarms. Made late: one that fails to begin stays broken for good. */
  async #askedQueue(): Promise<Queue<Alarm>> {
    if (this.#redis.status !== 'ready') throw new Error(`Redis is unavailable (${this.#cut ?? this.#redis.status})`);
    await this.#safe();
    if (this.#queue !== undefined) return this.#queue;
    const queue = new Queue<Alarm>(queueName, {
      connection: this.#redis,
      prefix: this.#prefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: queueEventsKept } },
    });
    queue.on('error', this.#note);
    this.#queue = queue;
    this.#queueMade(queue);
    return queue;
  }

  #toJob({ accountId, second }: DueSecond): { name: string; data: Alarm; opts: object } {
    // At the end of the second, so that nothing of it is still to come.
    const delay = Math.max(0, (second + 1) * secondMs - this.#options.clock.now());
    return {
      name: jobName,
      data: { accountId },
      opts: { jobId: `unfreeze-${accountId}-${String(second)}`, delay, removeOnComplete: true, removeOnFail: true },
    };
  }

  async #counts(): Promise<AlarmsState['counts']> {
    try {
      const queue = await this.#askedQueue();
      const { delayed = 0, waiting = 0, active = 0 } = await queue.getJobCounts('delayed', 'waiting', 'active');
      return { delayed, waiting, active };
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  /** Waits for what rings, where there is a Redis to tell that it is done. */
  async #closeWorker(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const answered = this.#redis.status === 'ready' && (await this.#counts()) !== undefined;
    const closed = worker
      .close(!answered)
      .catch(this.#note)
      .then(() => true);
    const inTime = await Promise.race([closed, pause(this.#limits.closeWaitMs, false, { ref: false })]);
    if (!inTime) void worker.disconnect().catch(this.#note);
  }
}
