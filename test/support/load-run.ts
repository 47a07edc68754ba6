import { setTimeout as pause } from 'node:timers/promises';
import { BEGINNING, groupLimits, type Leases, type RecordedEvent } from '#application';
import { accountStream, decodeEvent, fold, writeSnapshot } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from './account-driver.ts';
import { deposit, openAccount } from './commands.ts';
import { DeadlineRaces } from './deadline-races.ts';
import type { Dice } from './dice.ts';
import { History, SharedTime, SkewedClock } from './history.ts';
import type { Violation } from './history-checker.ts';
import { BusyAccount, LoadClient } from './load-client.ts';
import { Replica } from './replica.ts';
import { StoreLink } from './store-link.ts';
import { until } from './until.ts';

/** By how much the clocks of the processes differ from the time of day, in ms; there is one process for each. */
const skewsMs = [0, 1, -2];

/** How long an id index waits before it reads on, at most, in ms. */
const indexPauseMsMax = 10;

const errors = { answerLost: 2, late: 2, lost: 1, turnedAway: 1 };

/** Accounts are evicted, and loaded again from snapshots, all the time. */
const limits = {
  accountsInMemoryMax: 12,
  snapshotEveryEvents: 20,
  resendTriesMax: 3,
  resendPauseMs: 2,
};

export interface Load {
  readonly clients: number;
  readonly accounts: number;
  /** Of each client. */
  readonly calls: number;
}

/** Three processes over one store, many clients, and a time of day that races with them. */
export class LoadRun {
  readonly store = new MemoryEventStore();
  readonly time = new SharedTime(start);
  readonly links: readonly StoreLink[];
  readonly replicas: readonly Replica[];
  readonly history: History;
  readonly #load: Load;
  readonly #accounts: readonly BusyAccount[];
  readonly #dice: Dice;
  #over = false;

  constructor(load: Load, dice: Dice, leases: readonly Leases[], groups: keyof typeof groupLimits) {
    this.#load = load;
    this.#dice = dice;
    this.links = skewsMs.map(() => new StoreLink(this.store, dice, errors));
    this.replicas = this.links.map((link, index) => {
      const own = leases[index];
      const clock = new SkewedClock(this.time, skewsMs[index] ?? 0);
      const all = { ...limits, ...groupLimits[groups] };
      return new Replica(link, clock, { soleWriter: false, limits: all, ...(own !== undefined && { leases: own }) });
    });
    this.history = new History(this.store, this.replicas, this.time);
    this.#accounts = Array.from({ length: load.accounts }, (_, index) => new BusyAccount(`account-${String(index)}`));
  }

  get appends(): number {
    return this.store.appends;
  }

  get conflicts(): number {
    return this.links.reduce((sum, { conflicts }) => sum + conflicts, 0);
  }

  /** Lets the clients work while `troubles` happen; ends when nothing more can be written. */
  async run(troubles: () => Promise<void>): Promise<void> {
    const dice = this.#dice;
    for (const [index, { accountId }] of this.#accounts.entries()) {
      await this.#untilDone(() => this.history.ask(index, accountId, openAccountOnTest(accountId)));
      await this.#untilDone(() => this.history.ask(index, accountId, deposit('first', '30')));
    }
    const clients = Array.from({ length: this.#load.clients }, (_, index) => {
      return new LoadClient(`c${String(index)}`, this.#accounts, this.history, this.time, dice);
    });
    const end = new AbortController();
    const races = new DeadlineRaces(this.#accounts, this.history, this.time, dice).run(end.signal);
    const background = [...this.replicas.map((replica) => this.#index(replica)), races, troubles()];
    await Promise.all(clients.map((client) => client.work(this.#load.calls)));
    this.#over = true;
    end.abort();
    await Promise.all(background);
    await Promise.all(this.links.map((link) => link.quiet()));
    await this.#readEverywhere();
  }

  /** Waits until so many percent of the clients' calls have their answers. */
  async progress(percent: number): Promise<void> {
    const { clients, calls } = this.#load;
    const goal = (clients * calls * percent) / 100;
    await until(() => this.#over || this.history.answered >= goal);
  }

  /** Waits until the processes other than `index` have sent so many appends more. */
  async othersWrite(index: number, appends: number): Promise<void> {
    const sent = (): number => this.links.reduce((sum, link, other) => sum + (other === index ? 0 : link.sent), 0);
    const goal = sent() + appends;
    await until(() => this.#over || sent() >= goal);
  }

  async log(): Promise<readonly RecordedEvent[]> {
    return (await this.store.readAll(BEGINNING, Number.MAX_SAFE_INTEGER)).events;
  }

  /** Snapshots that are not what the events come to. */
  checkSnapshots(log: readonly RecordedEvent[]): readonly Violation[] {
    return this.#accounts.flatMap(({ accountId }) => {
      const own = log.filter(({ stream }) => stream === accountStream(accountId));
      const events = own.map(({ type, data }) => decodeEvent(type, data));
      return this.replicas.flatMap(({ snapshots }, index) => {
        const snapshot = snapshots.newestUpTo(accountId, events.length);
        if (snapshot === undefined) return [];
        const folded = writeSnapshot(fold(events.slice(0, snapshot.revision + 1)));
        const detail = `${accountId}: that of replica ${String(index)} at ${String(snapshot.revision)}`;
        return folded === snapshot.state ? [] : [{ kind: 'snapshot-differs', detail }];
      });
    });
  }

  /** What is told at the very end must be all that there is. */
  async #readEverywhere(): Promise<void> {
    for (const { accountId } of this.#accounts) {
      for (const index of this.replicas.keys()) await this.history.read(index, accountId);
    }
  }

  async #index(replica: Replica): Promise<void> {
    while (!this.#over) {
      await replica.index.catchUp();
      await pause(this.#dice.between(0, indexPauseMsMax));
    }
  }

  async #untilDone(ask: () => ReturnType<History['ask']>): Promise<void> {
    while ((await ask()).kind !== 'done');
  }
}

function openAccountOnTest(accountId: string): ReturnType<typeof openAccount> {
  return { ...openAccount(accountId), priceBook: 'test@1' };
}
