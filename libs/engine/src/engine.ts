import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  AccountLanes,
  BalanceAsOf,
  BillIssuer,
  type BillRuns,
  Bills,
  ClockWatch,
  type EventStore,
  eventStoreErrorCode,
  KeyRegistry,
  laneLimits,
  type Leases,
  openCommandBus,
  openQueryBus,
  PriceBookRegistry,
  Sweeper,
  SystemClock,
} from '#application';
import { runtimeZones, shippedPriceBooks } from '#domain';
import { type Checkpoints, ExportsLog } from '#proofs';
import { hashInStore, headsReader, SqliteReadModels } from '#read-models';
import type { Config, Logger } from '#runtime';
import { AnnouncingStore } from './announcing-store.ts';
import { loggedBillRuns } from './bill-runs.ts';
import { assertAsOutside, assertCanSign, openCheckpoints } from './checkpoints.ts';
import { checkClock, newestKeyEventAt } from './clock-at-start.ts';
import { KeptFiles, logHeld } from './kept-files.ts';
import { ensureAdminKey } from './kept-key.ts';
import { type OpenedStore, openStore } from './opened-store.ts';
import { assertOwnData, recordOwnData } from './own-data.ts';
import { openPayments, type Payments } from './payments.ts';
import { assertPrivateData } from './private-data.ts';
import { openSharing, type Sharing } from './sharing.ts';
import { StoreProbe } from './store-probe.ts';
import { StoreTime } from './store-time.ts';
import { TroubleLog } from './trouble-log.ts';
import { openWebhooks, type Webhooks } from './webhooks.ts';

/** How often keys that other processes made or revoked are read, in ms: so long a revoked key may go on elsewhere. */
const keysReadEveryMs = 1_000;

export interface StartedAs {
  /** It makes checkpoints, so it must have the ledger's signing key. */
  readonly signs: boolean;
}

/** Everything below the routes, put together for one process. */
export interface Engine {
  readonly clock: SystemClock;
  readonly store: EventStore;
  readonly readModels: SqliteReadModels;
  readonly priceBooks: PriceBookRegistry;
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  readonly lanes: AccountLanes;
  /** Undefined where there is nobody to share accounts with. */
  readonly leases: Leases | undefined;
  readonly bills: Bills;
  /** The daily run is started by the process that is to have it. */
  readonly billRuns: BillRuns;
  readonly keys: KeyRegistry;
  /** Makes none by itself until it is started: one process of a ledger that does is enough. */
  readonly checkpoints: Checkpoints;
  readonly exports: ExportsLog;
  readonly webhooks: Webhooks;
  readonly payments: Payments;
  /** Why the event store counts as away, or what is in it cannot be read; undefined while all is well. */
  readonly storeError: () => string | undefined;
  /** Size of the write-ahead log of the event store, in bytes; undefined where there is none. */
  readonly writeAheadLogBytes: (() => number) | undefined;
  /** What helps this process and is away; it works without. */
  readonly degraded: () => readonly string[];
  /** Builds up what is derived and starts what runs by itself; commands may come once this has resolved. */
  readonly start: (as?: StartedAs) => Promise<void>;
  /** Answers what waits, then closes the files and connections. */
  readonly close: () => Promise<void>;
}

/**
 * @param onFatalStoreError the store must not be written to any more: the process has to end.
 * @throws Error if the data belong to another process, cannot be read, or are on a server that does not answer.
 */
export async function openEngine(
  config: Config,
  logger: Logger,
  onFatalStoreError: (cause: unknown) => void,
): Promise<Engine> {
  assertPrivateData(config);
  assertOwnData(config);
  const opened = await openStore(config, logger, onFatalStoreError);
  try {
    const isFirstStart = recordOwnData(config, Date.now());
    const readModels = await SqliteReadModels.open({
      directory: config.dataDirectory,
      reader: opened.reader,
      hashAt: hashInStore(opened.store),
      onTrouble: (trouble) => {
        logger.warn({ trouble }, 'the read models receive nothing from the event store');
      },
    });
    const sharing = await openSharing(config, logger);
    return assemble(config, logger, onFatalStoreError, isFirstStart, opened, readModels, sharing);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function assemble(
  config: Config,
  logger: Logger,
  onFatalStoreError: (cause: unknown) => void,
  isFirstStart: boolean,
  opened: OpenedStore,
  readModels: SqliteReadModels,
  sharing: Sharing,
): Engine {
  const clock = new SystemClock();
  const store = opened.remote ? timedStore(opened.store, clock) : opened.store;
  opened.onAppended(() => {
    readModels.wake();
  });
  const { leases } = sharing;
  const { idIndex, snapshots, lists } = readModels;
  const priceBooks = new PriceBookRegistry(store, clock, shippedPriceBooks, onFatalStoreError);
  const lanes = new AccountLanes({
    store,
    idIndex,
    snapshots,
    clock,
    zones: runtimeZones(process.versions.tz),
    priceBooks,
    limits: { ...laneLimits, ...opened.groups },
    soleWriter: opened.soleWriter,
    ...(leases !== undefined && { leases }),
    onFatalStoreError,
    quarantined: (accountId, cause) => {
      logger.error(
        { accountId, cause: String(cause) },
        'account quarantined: it is out of service until the process restarts',
      );
    },
    onTransientError: (accountId, cause) => {
      logger.warn({ accountId, err: cause }, 'transient error on the account: its callers can try again');
    },
  });
  const commands = openCommandBus(lanes, priceBooks);
  const balances = new BalanceAsOf(lanes, store, snapshots, clock);
  const keys = new KeyRegistry(store, clock, ensureAdminKey(config, logger, isFirstStart), onFatalStoreError);
  const checkpoints = openCheckpoints(config, logger, {
    store,
    readModels: lists,
    wakeReadModels: () => {
      readModels.wake();
    },
    heads: headsReader(readModels.file),
    clock,
    onFatalStoreError,
  });
  const webhooks = openWebhooks(config, logger, { store, clock, soleWriter: opened.soleWriter, onFatalStoreError });
  const payments = openPayments(config, logger, { store, clock, commands, lanes, idIndex, onFatalStoreError });
  const sweeper = new Sweeper(lists, commands, lanes, clock);
  const billRuns = loggedBillRuns(lists, new BillIssuer(commands, lanes, store), clock, logger);
  const probe = new StoreProbe(store);
  const watch = sharing.time === undefined ? undefined : new ClockWatch(clock, sharing.time);
  const kept = new KeptFiles(config, readModels.file);
  const { writeAheadLogBytes = () => 0 } = opened;
  const storeError = (): string | undefined => keysError ?? (opened.remote ? probe.error : opened.trouble());
  const troubles = new TroubleLog(
    {
      'the clock': () => clock.untrusted(),
      'the event store': storeError,
      'the data directory': () => kept.missing,
      'the write-ahead log': () => logHeld(writeAheadLogBytes()),
    },
    logger,
  );
  let keysTimer: NodeJS.Timeout | undefined;
  let keysError: string | undefined;
  return {
    clock,
    store,
    readModels,
    priceBooks,
    lanes,
    commands,
    queries: openQueryBus({ lanes, idIndex, store, priceBooks, balances, readModels: lists, clock }),
    leases,
    bills: new Bills(lanes, store, snapshots, idIndex),
    billRuns,
    keys,
    checkpoints,
    exports: new ExportsLog(store, clock, onFatalStoreError),
    webhooks,
    payments,
    storeError,
    writeAheadLogBytes: opened.writeAheadLogBytes,
    degraded: () => [
      ...sharing.degraded(),
      ...[kept.missing, logHeld(writeAheadLogBytes())].filter((why) => why !== undefined),
    ],
    start: async ({ signs } = { signs: false }) => {
      await watch?.start();
      await keys.refresh();
      await priceBooks.refresh();
      await readModels.ready();
      await assertAsOutside(checkpoints, config, logger);
      await payments.start();
      const newestEventAt = Math.max(lists.progress().newestEventAt, payments.unmatched.newestAt);
      checkClock(config, clock, Math.max(newestEventAt, newestKeyEventAt(keys)));
      if (signs) await assertCanSign(checkpoints, config, logger);
      await webhooks.start();
      if (config.sweeper) sweeper.start();
      if (opened.remote) probe.start();
      troubles.start();
      if (opened.soleWriter) return;
      keysTimer = readAgain(keys, (error) => {
        keysError ??= `the API keys cannot be refreshed: ${String(error)}`;
        logger.error({ err: error }, 'the API keys cannot be refreshed: this process is not ready until it restarts');
      });
    },
    close: async () => {
      clearInterval(keysTimer);
      troubles.stop();
      probe.stop();
      await webhooks.stop();
      await billRuns.stop();
      await sweeper.stop();
      await payments.stop();
      await lanes.drain();
      await watch?.stop();
      await sharing.close();
      await checkpoints.close();
      await readModels.close();
      await opened.close();
    },
  };
}

/** A store elsewhere has a clock of its own, which every append lets be compared. */
function timedStore(store: EventStore, clock: SystemClock): EventStore {
  return new AnnouncingStore(store, new StoreTime(store, clock));
}

/**
 * A read that fails because of the store is made up for by the next; whether the store is there is asked elsewhere.
 *
 * @param stuck a key event cannot be understood: what was revoked after it would stay good here.
 */
function readAgain(keys: KeyRegistry, stuck: (error: unknown) => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    keys.refresh().catch((error: unknown) => {
      if (eventStoreErrorCode(error) !== undefined) return;
      clearInterval(timer);
      stuck(error);
    });
  }, keysReadEveryMs);
  return timer.unref();
}
