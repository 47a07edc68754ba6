import { join } from 'node:path';
import { PriceBookShelf, shippedPriceBooks } from '#ledger';
import { SqliteEventStore, sqliteLogReader } from '#event-store';
import {
  AccountLanes,
  BalanceAsOf,
  KeyRegistry,
  laneLimits,
  Sweeper,
  SystemClock,
  type Clock,
  type EventStore,
  type PriceBookSource,
} from '#operations';
import type { Config, Logger } from '#runtime';
import { hashInStore, SqliteViews } from '#views';
import { adminKeyOf } from './admin-key.ts';
import { AnnouncingStore } from './announcing-store.ts';
import { CannotStart } from './cannot-start.ts';

/** How far the clock may be behind the newest stored event at the start: 5 s. */
const clockBehindMaxMs = 5_000;

/** Everything below the doors, put together for one process on one SQLite file. */
export interface Engine {
  readonly clock: Clock;
  readonly store: EventStore;
  readonly views: SqliteViews;
  readonly priceBooks: PriceBookSource;
  readonly lanes: AccountLanes;
  readonly balances: BalanceAsOf;
  readonly keys: KeyRegistry;
  /** Builds up what is derived and starts what runs by itself; commands may come once this has resolved. */
  readonly start: () => Promise<void>;
  /** Answers what waits, then closes the files. */
  readonly close: () => Promise<void>;
}

/**
 * @param storeBroke the store must not be written to any more: the process has to end.
 * @throws Error if the data belong to another process or cannot be read.
 */
export async function openEngine(
  config: Config,
  logger: Logger,
  storeBroke: (cause: unknown) => void,
): Promise<Engine> {
  const file = join(config.dataDirectory, 'events.db');
  const sqlite = await SqliteEventStore.open(file);
  try {
    const views = await SqliteViews.open({
      directory: config.dataDirectory,
      reader: sqliteLogReader(file),
      hashAt: hashInStore(sqlite),
    });
    const store = new AnnouncingStore(sqlite, () => {
      views.wake();
    });
    const clock = new SystemClock();
    const priceBooks = new PriceBookShelf(shippedPriceBooks);
    const { idIndex, snapshots, lists } = views;
    const lanes = new AccountLanes({
      store,
      idIndex,
      snapshots,
      clock,
      priceBooks,
      limits: laneLimits,
      soleWriter: true,
      storeBroke,
      quarantined: (accountId, cause) => {
        logger.error({ accountId, cause: String(cause) }, 'the account is out of service');
      },
      faltered: (accountId, cause) => {
        logger.warn({ accountId, err: cause }, 'the account could not be worked on for now');
      },
    });
    const keys = new KeyRegistry(store, clock, adminKeyOf(config, logger), storeBroke);
    const sweeper = new Sweeper(lists, lanes, clock);
    return {
      clock,
      store,
      views,
      priceBooks,
      lanes,
      balances: new BalanceAsOf(lanes, store, snapshots, clock),
      keys,
      start: async () => {
        await keys.refresh();
        await views.ready();
        checkClock(config, clock, Math.max(lists.progress().newestEventAt, newestKeyEventAt(keys)));
        sweeper.start();
      },
      close: async () => {
        await sweeper.stop();
        await lanes.drain();
        await views.close();
        await sqlite.close();
      },
    };
  } catch (error) {
    await sqlite.close();
    throw error;
  }
}

/** The views know of accounts only. */
function newestKeyEventAt(keys: KeyRegistry): number {
  return Math.max(0, ...keys.list().flatMap(({ at, revokedAt }) => [at, revokedAt ?? 0]));
}

/** Money must not be decided on by a clock that is known to be wrong. */
function checkClock(config: Config, clock: Clock, newestEventAt: number): void {
  const behindMs = newestEventAt - clock.now();
  if (behindMs <= clockBehindMaxMs || config.acceptClockBehind) return;
  throw new CannotStart(
    `the clock is ${(behindMs / 1_000).toFixed(0)} s behind the newest stored event ` +
      `(${new Date(newestEventAt).toISOString()}): set it right; or, if it was wrong then, start once with ` +
      'HOLDFAST_ACCEPT_CLOCK_BEHIND=true',
  );
}
