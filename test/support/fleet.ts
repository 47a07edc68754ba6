import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Caller, type Reply } from './caller.ts';
import { KurrentDbCluster } from './kurrentdb-server/cluster.ts';
import { RedisServer } from './redis-server.ts';
import { adminKey, DataDirectory, Service, type StartOptions } from './service.ts';

/** How often a request is tried again elsewhere, and how long in between, in ms: what a load balancer would do. */
const triesMax = 200;
const retryPauseMs = 25;

/** Nodes of the protocol-level KurrentDB. */
const nodes = 3;

/**
 * Where the events of a fleet are: in a KurrentDB, a real one if KURRENTDB_URL names one; in the protocol-level one,
 * which fails on demand; or in one SQLite file.
 */
export type FleetStore = 'kurrentdb' | 'broken kurrentdb' | 'one file';

/** Several processes of one ledger, with a Redis and an event store of their own, behind something that balances. */
export class Fleet {
  readonly redis: RedisServer;
  /** The protocol-level KurrentDB; undefined if the fleet works on one file, or on a real server. */
  readonly cluster: KurrentDbCluster | undefined;
  readonly ledgers: Service[] = [];
  readonly workers: Service[] = [];
  /** Requests that were sent again, because a process was away or had no time. */
  retries = 0;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #directories: DataDirectory[] = [];
  /** The key that signs checkpoints is one for all ledgers, wherever each keeps its data. */
  readonly #keys = new DataDirectory();
  readonly #shared: DataDirectory | undefined;
  #step = 0;

  private constructor(
    redis: RedisServer,
    cluster: KurrentDbCluster | undefined,
    shared: DataDirectory | undefined,
    environment: Readonly<Record<string, string>>,
  ) {
    this.redis = redis;
    this.cluster = cluster;
    this.#shared = shared;
    this.#environment = environment;
  }

  static async open(store: FleetStore, environment: Readonly<Record<string, string>> = {}): Promise<Fleet> {
    const redis = await RedisServer.start('--maxmemory-policy', 'noeviction');
    const settings = { ...environment, REDIS_URL: redis.url };
    if (store === 'one file') return new Fleet(redis, undefined, new DataDirectory(), settings);
    const realUrl = store === 'kurrentdb' ? (process.env['KURRENTDB_URL'] ?? '') : '';
    const cluster = realUrl === '' ? await KurrentDbCluster.start(nodes) : undefined;
    return new Fleet(redis, cluster, undefined, {
      ...settings,
      KURRENTDB_URL: cluster?.url ?? realUrl,
      HOLDFAST_NAMESPACE: `test-${randomUUID().slice(0, 12)}`,
    });
  }

  async addLedger(environment: StartOptions['environment'] = {}): Promise<Service> {
    const service = await this.#start({ environment });
    this.ledgers.push(service);
    return service;
  }

  async addWorker(environment: StartOptions['environment'] = {}): Promise<Service> {
    const service = await this.#start({ environment, app: 'worker' });
    this.workers.push(service);
    return service;
  }

  /** Another process in the place of one that has ended. */
  async replaceLedger(index: number): Promise<void> {
    this.ledgers[index] = await this.#start({});
  }

  /** A caller at one of the ledgers. */
  at(index: number): Caller {
    return new Caller(this.#ledger(index).url, adminKey);
  }

  /** Sends to the ledgers in turn, and again elsewhere when one is away or has no time. */
  async post(path: string, body: object): Promise<Reply> {
    for (let tries = 1; ; tries += 1) {
      this.#step += 1;
      const reply = await this.at(this.#step % this.ledgers.length)
        .post(path, body)
        .catch(() => undefined);
      if (reply !== undefined && (reply.status < 500 || tries >= triesMax)) return reply;
      if (tries >= triesMax) throw new Error(`${path}: no ledger has answered`);
      this.retries += 1;
      await pause(retryPauseMs);
    }
  }

  async done(path: string, body: object): Promise<Reply> {
    const reply = await this.post(path, body);
    if (reply.status >= 300) throw new Error(`${path} was answered ${String(reply.status)} ${reply.text}`);
    return reply;
  }

  async openAccounts(accountIds: readonly string[], money = '1000000'): Promise<void> {
    for (const accountId of accountIds) {
      await this.done('/v1/accounts', { accountId });
      await this.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'first', amount: money });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.ledgers, ...this.workers].map((service) => service.kill()));
    await this.redis.stop();
    await this.cluster?.stop();
    for (const directory of [...this.#directories, this.#shared, this.#keys]) directory?.delete();
  }

  #ledger(index: number): Service {
    const ledger = this.ledgers[index];
    if (ledger === undefined) throw new RangeError(`there is no ledger ${String(index)}`);
    return ledger;
  }

  #start({ environment, ...options }: StartOptions): Promise<Service> {
    const directory = this.#shared ?? new DataDirectory();
    if (directory !== this.#shared) this.#directories.push(directory);
    const keys = { HOLDFAST_SIGNING_KEY_FILE: join(this.#keys.path, 'signing.key') };
    return Service.start(directory.path, {
      ...options,
      environment: { ...keys, ...this.#environment, ...environment },
    });
  }
}
