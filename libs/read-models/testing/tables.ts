import type { DatabaseSync } from 'node:sqlite';
import type { Progress } from '#application/ports';
import { Projector } from '../src/feed/projector.ts';
import { AccountNumbers } from '../src/file/account-numbers.ts';
import { inMemory, openWriter } from '../src/file/database.ts';
import { prepareTables } from '../src/file/read-models-file.ts';
import { ReadWindow } from '../src/file/read-window.ts';
import { SqliteIdIndex } from '../src/id-index/sqlite-id-index.ts';
import { SqliteLists } from '../src/projections/sqlite-lists.ts';
import { SqliteSnapshots } from '../src/snapshots/sqlite-snapshots.ts';

/** Read models in memory with their projector and readers side by side. */
export interface Bench {
  readonly database: DatabaseSync;
  readonly projector: Projector;
  readonly lists: SqliteLists;
  readonly idIndex: SqliteIdIndex;
  readonly snapshots: SqliteSnapshots;
}

export function bench(): Bench {
  const database = openWriter(inMemory);
  prepareTables(database);
  const projector = new Projector(database);
  const window = new ReadWindow(database, false);
  const accounts = new AccountNumbers(window);
  const progress = (): Progress => ({ ...projector.checkpoint, caughtUp: true });
  return {
    database,
    projector,
    lists: new SqliteLists(window, accounts, progress),
    idIndex: new SqliteIdIndex(
      window,
      accounts,
      () => projector.checkpoint.position,
      () => (projector.anyParked ? undefined : projector.ids.filter),
    ),
    snapshots: new SqliteSnapshots(window, accounts, (snapshot) => {
      projector.keep(snapshot);
    }),
  };
}

const tableNames = [
  'checkpoint',
  'heads',
  'accounts',
  'summaries',
  'holds',
  'open_holds',
  'schedule',
  'packs',
  'endings',
  'followUps',
  'warnings',
  'requests',
  'orders',
  'snapshots',
  'parked',
] as const;

/** Everything that a read model file says, as text. */
export function contents(database: DatabaseSync): string {
  const all = tableNames.map((name) => [name, database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2, 3`).all()]);
  return JSON.stringify(all, undefined, 1);
}
