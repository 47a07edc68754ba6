import { BullmqAlarms, type BullmqAlarmsOptions } from '#alarms';
import { AlarmRounds, type EventStore, Sweeper } from '#application';
import { accountStream } from '#domain';
import { MemoryEventStore } from '#event-store';
import { SqliteReadModels } from '#read-models';
import { start } from '../../../test/support/account-driver.ts';
import { deposit, freeze, openAccount } from '../../../test/support/commands.ts';
import type { RedisServer } from '../../../test/support/redis-server.ts';
import { HandClock, Replica } from '../../../test/support/replica.ts';
import { until } from '../../../test/support/until.ts';

/** The second in which the holds of every service fall due. */
export const dueSecond = start / 1_000 + 60;

/** When alarms of that second ring within a moment, if they are set now: 100 ms before its end. */
export const nearlyOver = (dueSecond + 1) * 1_000 - 100;

/** One process with lanes, read models, a sweeper and alarms, over a store that others may share. */
export class ServiceWithAlarms {
  readonly clock = new HandClock(start);
  readonly replica: Replica;
  readonly readModels: SqliteReadModels;
  readonly alarms: BullmqAlarms;
  readonly rounds: AlarmRounds;
  readonly sweeper: Sweeper;
  readonly #store: EventStore;

  private constructor(
    store: EventStore,
    readModels: SqliteReadModels,
    alarms: BullmqAlarms,
    clock: HandClock,
    aheadMax?: number,
  ) {
    this.#store = store;
    this.readModels = readModels;
    this.alarms = alarms;
    this.clock = clock;
    this.replica = new Replica(store, clock, { soleWriter: false });
    const { lanes, commands } = this.replica;
    this.rounds = new AlarmRounds({
      readModels: readModels.lists,
      commands,
      alarms,
      clock,
      ...(aheadMax !== undefined && { aheadMax }),
    });
    this.sweeper = new Sweeper(readModels.lists, commands, lanes, clock);
  }

  static async open(
    server: RedisServer,
    store: EventStore = new MemoryEventStore(),
    limits: BullmqAlarmsOptions['limits'] = {},
    aheadMax?: number,
  ): Promise<ServiceWithAlarms> {
    const clock = new HandClock(start);
    const alarms = await BullmqAlarms.open({ url: server.url, clock, limits: { retryPauseMs: 50, ...limits } });
    return new ServiceWithAlarms(store, await SqliteReadModels.inProcess(':memory:', store), alarms, clock, aheadMax);
  }

  /** Opens an account with holds that fall due in {@link dueSecond} or later, and waits until the read models show it. */
  async openAccount(accountId: string, holds = 1, ttlSeconds = 60): Promise<void> {
    await this.replica.run(accountId, openAccount(accountId));
    await this.replica.run(accountId, deposit('d1', '100'));
    for (let hold = 0; hold < holds; hold += 1) {
      await this.replica.run(accountId, freeze(`h${String(hold)}`, '1', ttlSeconds));
    }
    await this.readModelsSeeAll();
  }

  async readModelsSeeAll(): Promise<void> {
    const { position } = await this.#store.readAll(this.readModels.lists.progress().position, 10_000);
    this.readModels.wake();
    await until(() => this.readModels.lists.progress().position >= position);
  }

  async expiries(accountId: string): Promise<number> {
    const { events } = await this.#store.readStream(accountStream(accountId), 0, 1_000);
    return events.filter(({ type }) => type === 'hold-expired.v1').length;
  }

  async close(): Promise<void> {
    await this.rounds.stop();
    await this.replica.lanes.drain();
    await this.readModels.close();
  }
}
