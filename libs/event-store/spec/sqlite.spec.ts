import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteEventStore } from '#event-store';
import { BEGINNING, NO_STREAM, type EventStore } from '#operations/ports';
import { anEvent, eventStoreContract } from '../../../test/contract/event-store.contract.ts';

let folder: string;
const file = (): string => join(folder, 'events.db');

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-store-'));
}

const opened = new Map<EventStore, { readonly store: SqliteEventStore; readonly folder: string }>();

eventStoreContract(
  'the event store on SQLite',
  async () => {
    const own = makeFolder();
    const store = await SqliteEventStore.open(join(own, 'events.db'));
    opened.set(store, { store, folder: own });
    return store;
  },
  async (store) => {
    const own = opened.get(store);
    await own?.store.close();
    rmSync(own?.folder ?? '', { recursive: true });
  },
);

describe('the SQLite file', () => {
  beforeEach(() => {
    folder = makeFolder();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function filled(): Promise<void> {
    const store = await SqliteEventStore.open(file());
    await store.append('a', NO_STREAM, [anEvent('1'), anEvent('2')]);
    await store.append('b', NO_STREAM, [anEvent('3')]);
    await store.append('a', 1, [anEvent('4')]);
    await store.close();
  }

  it('refuses by itself to change, delete or replace what was appended', async () => {
    await filled();
    const database = new DatabaseSync(file());
    for (const sql of [
      "UPDATE appends SET events = '[]'",
      'DELETE FROM appends',
      "INSERT OR REPLACE INTO appends SELECT position, stream, revision, count, previous, 0, '[]' FROM appends",
    ]) {
      expect(() => {
        database.exec(sql);
      }).toThrow('append-only');
    }
    database.close();
  });

  it('keeps everything when it is opened again, and goes on where it was', async () => {
    await filled();
    const store = await SqliteEventStore.open(file());
    const { events } = await store.readAll(BEGINNING, 10);
    expect(events.map(({ id, stream, revision }) => [id, stream, revision])).toEqual([
      ['id-1', 'a', 0],
      ['id-2', 'a', 1],
      ['id-3', 'b', 0],
      ['id-4', 'a', 2],
    ]);
    expect(await store.append('b', 0, [anEvent('5')])).toMatchObject({ revision: 1 });
    await store.close();
  });

  it('is refused if a newer program made it', async () => {
    await filled();
    const database = new DatabaseSync(file());
    database.exec('UPDATE schema SET version = 99');
    database.close();
    await expect(SqliteEventStore.open(file())).rejects.toThrow('schema version 99');
  });

  it('derives heads from the log', async () => {
    await filled();
    const database = new DatabaseSync(file());
    const heads = database.prepare('SELECT stream, revision, position FROM heads ORDER BY stream').all();
    const derived = database
      .prepare(
        'SELECT stream, max(revision + count - 1) AS revision, max(position) AS position FROM appends GROUP BY stream ORDER BY stream',
      )
      .all();
    expect(heads).toEqual(derived);
    database.close();
  });

  it('has every answered append after its process was killed', async () => {
    const script = `
      const { SqliteEventStore } = await import(process.argv[1]);
      const store = await SqliteEventStore.open(process.argv[2]);
      for (let n = 0; ; n += 1) {
        const event = { id: 'e' + n, type: 'something-happened.v1', data: '{}', metadata: '{}', hash: 'h' };
        await store.append('a', n - 1, [event]);
        process.stdout.write(n + '\\n');
      }`;
    const source = new URL('../src/index.ts', import.meta.url).href;
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script, source, file()]);
    let answered = -1;
    await new Promise((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = chunk.toString().trim().split('\n');
        answered = Number(lines.at(-1));
        if (answered > 200) child.kill('SIGKILL');
      });
      child.on('exit', resolve);
    });
    expect(answered).toBeGreaterThan(200);
    const store = await SqliteEventStore.open(file());
    const { head, events } = await store.readStream('a', 0, 1_000_000);
    await store.close();
    expect(head).toBeGreaterThanOrEqual(answered);
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: head + 1 }, (_, n) => `e${String(n)}`));
  });
});
