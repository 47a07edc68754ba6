import { basename } from 'node:path';
import {
  type AppendOutcome,
  EventStore,
  EventStoreError,
  failedAppend,
  type LogPage,
  pageRowsMax,
  type Position,
  type StreamAppend,
  type StreamPage,
  type SubscriptionPage,
} from '#application/ports';
import { accountOfStream, accountStream, writeSnapshot } from '#domain';
import { rebuildReadModels, type SqliteReadModels } from '#read-models';
import type { OpenLedger } from '../source/open-ledger.ts';
import { FollowedAccount, type Stop } from './followed-account.ts';

/** What was rebuilt. */
export interface Repaired {
  readonly files: readonly string[];
  /** Snapshots made, over all files. */
  readonly snapshots: number;
  /** Accounts that stop at an event that cannot be trusted, with why: rebuilt or not, they stay out of service. */
  readonly stopped: readonly (readonly [accountId: string, reason: string])[];
}

/** Most accounts out of service that are told. */
const parkedListedMax = 1_000;

/** Events of an account read at once; between two snapshots are at least as many. */
const pageEvents = 1_000;

/** A snapshot of an account with many open holds is large, and so is made less often: after this many events for each. */
const eventsPerOpenHold = 4;

/**
 * Rebuilds the read models of a data directory from the log, and snapshots all over the histories, so that accounts are
 * loaded and old balances found as fast as before.
 *
 * @param progress is told how many events were delivered.
 * @throws ReadModelsInUse if a process has them open; then nothing was changed.
 */
export async function repair(
  directory: string,
  ledger: Readable,
  now: number,
  progress: (events: number) => void,
): Promise<Repaired> {
  let snapshots = 0;
  const stopped = new Map<string, string>();
  const files = await rebuildReadModels(directory, new WatchedStore(ledger, progress), async (readModels) => {
    for (const { stream, revision, reason } of readModels.parked(parkedListedMax)) {
      stopped.set(accountOfStream(stream) ?? stream, `revision ${String(revision)}: ${reason}`);
    }
    for (const accountId of accountsIn(readModels, now)) {
      if (stopped.has(accountId)) continue;
      const made = await checkSnapshots(readModels, ledger, accountId);
      if (typeof made === 'number') snapshots += made;
      if (typeof made !== 'number') stopped.set(accountId, made.reason);
    }
  });
  return { files: files.map((file) => basename(file)), snapshots, stopped: [...stopped] };
}

function* accountsIn(readModels: SqliteReadModels, now: number): Generator<string> {
  for (let after: string | null = null; ;) {
    const rows = readModels.lists.accounts(after, pageRowsMax, [], now);
    for (const { opened } of rows) yield opened.accountId;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.opened.accountId;
  }
}

/** Replays an account and keeps a snapshot now and then; returns how many, or why it stops. */
async function checkSnapshots(
  readModels: SqliteReadModels,
  ledger: Readable,
  accountId: string,
): Promise<number | Stop> {
  const account = new FollowedAccount();
  const { state } = account;
  let [made, last] = [0, -1];
  for (;;) {
    const { events, head } = await ledger.readStream(accountStream(accountId), state.summary.revision + 1, pageEvents);
    for (const event of events) {
      const stop = account.follow(event);
      if (stop !== undefined) return stop;
    }
    const end = events.at(-1);
    if (end === undefined) return made;
    if (end.revision - last >= Math.max(pageEvents, eventsPerOpenHold * state.openHolds.size)) {
      last = end.revision;
      made += 1;
      const { position, hash, revision } = end;
      readModels.snapshots.save({
        accountId,
        revision,
        at: state.summary.lastAt,
        position,
        hash,
        state: writeSnapshot(state),
      });
    }
    if (end.revision >= head) return made;
  }
}

type Readable = Pick<OpenLedger, 'readAll' | 'readStream' | 'subscribe'>;

/** A store of which nothing but the read models is made, and that counts what it delivers. */
class WatchedStore extends EventStore {
  readonly #store: Readable;
  readonly #onDelivered: (events: number) => void;
  #delivered = 0;

  constructor(store: Readable, onDelivered: (events: number) => void) {
    super();
    this.#store = store;
    this.#onDelivered = onDelivered;
  }

  /** Always `unavailable`. */
  override appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const refusal = failedAppend(new EventStoreError('store-unavailable', 'the store is open for reading only'));
    return Promise.resolve(batches.map(() => refusal));
  }

  override async readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    return this.#store.readStream(stream, from, limit);
  }

  override async readAll(after: Position, limit: number): Promise<LogPage> {
    return this.#store.readAll(after, limit);
  }

  override subscribe(
    after: Parameters<EventStore['subscribe']>[0],
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#store.subscribe(
      after,
      (page) => {
        this.#delivered += page.events.length;
        this.#onDelivered(this.#delivered);
        return deliver(page);
      },
      signal,
    );
  }
}
