import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandBus } from '@nestjs/cqrs';
import { AccountLanes, ChainedEvents, KeyRegistry, laneLimits, openCommandBus, PriceBookRegistry } from '#application';
import type { NewEvent } from '#application/ports';
import {
  chainHash,
  chainStart,
  type Command,
  eventIdFromHash,
  parseMoney,
  PriceBookCatalog,
  shippedPriceBooks,
} from '#domain';
import { eventsOfText, SqliteEventStore, textOfEvents } from '#event-store';
import { SqliteReadModels } from '#read-models';
import { withoutTriggers, workOnAppends } from '../../libs/event-store/testing/unpacked-log.ts';
import { deposit, freeze, openAccount, release, settle } from './commands.ts';
import { asked, HandClock } from './replica.ts';
import { scratchDirectory } from './scratch-directory.ts';
import { ReplacedZones } from './zones.ts';

export const start = Date.UTC(2026, 0, 29, 4);

const minuteMs = 60_000;
const patienceMs = 240_000;

export const priceBooks = new PriceBookCatalog(shippedPriceBooks);

/** Lanes, store and read models as a service has them, on a directory. */
export class DrivenStore {
  readonly clock = new HandClock(start);
  readonly zones = new ReplacedZones();
  readonly store: SqliteEventStore;
  readonly readModels: SqliteReadModels;
  readonly priceBooks: PriceBookRegistry;
  readonly lanes: AccountLanes;
  readonly commands: CommandBus;

  private constructor(store: SqliteEventStore, readModels: SqliteReadModels) {
    this.store = store;
    this.readModels = readModels;
    this.priceBooks = new PriceBookRegistry(store, this.clock, shippedPriceBooks);
    this.lanes = new AccountLanes({
      store,
      idIndex: readModels.idIndex,
      snapshots: readModels.snapshots,
      clock: this.clock,
      zones: this.zones,
      priceBooks: this.priceBooks,
      limits: { ...laneLimits, snapshotEveryEvents: 20 },
      soleWriter: true,
      onFatalStoreError: (cause) => {
        throw cause;
      },
      quarantined: (accountId, cause) => {
        throw new Error(`${accountId}: ${String(cause)}`);
      },
      onTransientError: (accountId, cause) => {
        throw new Error(`${accountId}: ${String(cause)}`);
      },
    });
    this.commands = openCommandBus(this.lanes, this.priceBooks);
  }

  static async open(directory: string): Promise<DrivenStore> {
    const store = await SqliteEventStore.open(join(directory, 'events.db'));
    return new DrivenStore(store, await SqliteReadModels.inProcess(join(directory, 'read-models-0.db'), store));
  }

  async run(accountId: string, ...commands: readonly Command[]): Promise<void> {
    for (const answer of await Promise.all(commands.map((one) => this.lanes.run(accountId, asked(one, true))))) {
      if (answer.kind === 'refused') throw new Error(`${accountId}: ${answer.code}`);
    }
  }

  async close(): Promise<void> {
    await this.lanes.drain();
    const { events } = await this.store.readAll('' as never, Number.MAX_SAFE_INTEGER);
    const last = events.at(-1)?.position ?? '';
    const givenUpAt = performance.now() + patienceMs;
    while (this.readModels.idIndex.position < last && performance.now() < givenUpAt) await pause(2);
    await this.readModels.close();
    await this.store.close();
  }
}

export function freezeUnits(holdId: string, quantity: number): Command {
  const rest = { amount: null, ttlSeconds: null, budget: null, metadata: null };
  return { kind: 'freeze', holdId, product: 'face-verify', quantity, ...rest };
}

function settleAt(holdId: string, completedAt: number): Command {
  return { ...settle(holdId), completedAt };
}

/** Everything that can happen to an account, in a few accounts, with keys in between. */
export async function runScenario(driven: DrivenStore): Promise<void> {
  const { clock } = driven;
  await driven.run('acme', { ...openAccount('acme'), priceBook: 'dcloud-2023' }, deposit('d1', '20000'));
  await driven.run('beta', { ...openAccount('beta'), creditLimit: parseMoney('5') }, deposit('d1', '4'));
  await new KeyRegistry(driven.store, clock, undefined, () => undefined).create(
    { name: 'spec', scopes: ['gateway'], accountPrefixes: null, expiresAt: null },
    { actor: 'spec', correlationId: 'spec' },
  );
  await driven.run('acme', freezeUnits('dear', 9_999), settle('dear'));
  for (let call = 0; call < 40; call += 1) {
    const holdId = `h${String(call)}`;
    clock.time += 1_000;
    await driven.run('acme', freezeUnits(holdId, (call % 3) + 1));
    if (call % 4 < 2) await driven.run('acme', settle(holdId));
    if (call % 4 === 2) await driven.run('acme', release(holdId));
    if (call % 8 === 3) await driven.run('acme', { kind: 'fail', holdId, attemptId: 'a1', reason: 'no camera' });
  }
  await driven.run('beta', freeze('unpaid', '8', 60), freeze('free', '0.00000001', 60));
  clock.time += 31 * minuteMs;
  await driven.run('acme', settleAt('h3', start + 5_000), settleAt('h2', start + 5_000));
  await driven.run('beta', { kind: 'withdraw', withdrawalId: 'w1', amount: parseMoney('2'), reference: 'back' });
  const late = await driven.lanes.run('beta', asked(settleAt('unpaid', clock.time - 31 * minuteMs)));
  if (late.kind !== 'refused') throw new Error('there is no money for it');
  await driven.run('beta', { kind: 'suspend', changeId: 's1', reason: 'asked' });
  await driven.run('beta', { kind: 'resume', changeId: 's2', reason: 'asked' });
  await driven.run('beta', { kind: 'adjust', adjustmentId: 'a1', amount: parseMoney('-2', 'signed'), reason: 'fee' });
  await driven.run('gone', openAccount('gone'), { kind: 'close', changeId: 'c1', reason: 'asked' });
  await driven.run('acme', freezeUnits('open', 2));
}

/** A directory with that scenario, closed. */
export async function scenarioDirectory(): Promise<string> {
  const directory = scratchDirectory();
  const driven = await DrivenStore.open(directory);
  await runScenario(driven);
  await driven.close();
  return directory;
}

/** A copy of a directory in which somebody has worked on the files. */
export function damagedCopy(directory: string, file: string, damage: (database: DatabaseSync) => void): string {
  const copy = scratchDirectory();
  cpSync(directory, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, file));
  if (file === 'events.db') workOnAppends(database, damage);
  else withoutTriggers(database, damage);
  database.close();
  return copy;
}

interface StoredAppend {
  readonly position: number;
  readonly revision: number;
  readonly events: NewEvent[];
}

/** The appends of one stream, in order. */
export function listAppends(database: DatabaseSync, stream: string): readonly StoredAppend[] {
  const rows = database
    .prepare(
      `SELECT position, revision, events FROM appends JOIN streams ON streams.id = appends.stream
       WHERE streams.name = ? ORDER BY position`,
    )
    .all(stream);
  return rows.map(({ position, revision, events }) => ({
    position: Number(position),
    revision: Number(revision),
    events: eventsOfText(String(events)),
  }));
}

export function store(database: DatabaseSync, position: number, events: readonly NewEvent[]): void {
  database.prepare('UPDATE appends SET events = ? WHERE position = ?').run(textOfEvents(events), position);
}

/** Changes events of a stream and makes its whole chain again, as somebody would who owns the file. */
export function rechained(
  database: DatabaseSync,
  stream: string,
  change: (event: NewEvent, revision: number) => NewEvent,
): void {
  let hash = chainStart;
  for (const { position, revision, events } of listAppends(database, stream)) {
    const rechained = events.map((event, index) => {
      const changed = change(event, revision + index);
      hash = chainHash(hash, stream, revision + index, changed.type, changed.data, changed.metadata);
      return { ...changed, hash, id: eventIdFromHash(hash) };
    });
    store(database, position, rechained);
  }
}

/** Appends one event more, with the right hash, the head moved. */
export function appended(database: DatabaseSync, stream: string, type: string, data: object): number {
  const appends = listAppends(database, stream);
  const last = appends.at(-1);
  const hash = last?.events.at(-1)?.hash;
  if (last === undefined || hash === undefined) throw new Error(`${stream} is empty`);
  const revision = last.revision + last.events.length;
  const chain = new ChainedEvents(stream, revision - 1, hash);
  chain.add({ type, data }, { actor: 'thief', correlationId: 'night' });
  const row = database.prepare('SELECT max(position) AS position FROM appends').get();
  const end = database.prepare('SELECT count FROM appends WHERE position = ?').get(Number(row?.['position']));
  const position = Number(row?.['position']) + Number(end?.['count']);
  const id = Number(database.prepare('SELECT id FROM streams WHERE name = ?').get(stream)?.['id']);
  database
    .prepare('INSERT INTO appends VALUES (?, ?, ?, 1, ?, 0, ?)')
    .run(position, id, revision, last.position, textOfEvents(chain.events));
  database.prepare('UPDATE heads SET revision = ?, position = ? WHERE stream = ?').run(revision, position, id);
  return revision;
}
