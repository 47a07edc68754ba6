import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application/ports';
import { SqliteEventStore, type SqliteEventStoreOptions } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { Child } from '../../testing/child.ts';
import { Scratch } from '../../testing/scratch.ts';
import { schemaVersion } from './schema-version.ts';

const scratch = new Scratch();
let children: Child[] = [];

afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  children = [];
  scratch.clear();
});

function run(script: string): Child {
  const child = new Child(script, scratch.file);
  children.push(child);
  return child;
}

function openAndStay(options: SqliteEventStoreOptions = {}): string {
  return `
    await library.SqliteEventStore.open(argument, ${JSON.stringify(options)});
    console.log('open');`;
}

function tryToOpen(options: SqliteEventStoreOptions = {}): string {
  return `
    const opened = await library.SqliteEventStore.open(argument, ${JSON.stringify(options)}).catch((error) => error);
    console.log(opened.code ?? 'open');
    console.log(opened.message ?? '');
    await opened.close?.();`;
}

describe('one process at a time writes a store', () => {
  it('so a second one is refused, told which folder and what to do', async () => {
    const store = await SqliteEventStore.open(scratch.file);
    const [code, message] = await run(tryToOpen()).rest();
    expect(code).toBe('store-in-use');
    expect(message).toContain(scratch.folder);
    expect(message).toContain('stop the process that has it open');
    await expect(SqliteEventStore.open(scratch.file)).rejects.toMatchObject({ code: 'store-in-use' });
    expect(await store.append('a', NO_STREAM, [anEvent('1')])).toMatchObject({ revision: 0 });
    await store.close();
    expect(await run(tryToOpen()).line()).toBe('open');
  });

  it('until it is killed', async () => {
    const child = run(openAndStay());
    expect(await child.line()).toBe('open');
    await expect(SqliteEventStore.open(scratch.file)).rejects.toMatchObject({
      name: 'StoreInUse',
      folder: scratch.folder,
    });
    await child.kill();
    const store = await SqliteEventStore.open(scratch.file);
    await store.close();
  });

  it('and one that could not open it does not keep others out', async () => {
    const store = await SqliteEventStore.open(scratch.file);
    await store.close();
    const database = new DatabaseSync(scratch.file);
    database.exec('UPDATE schema SET version = 99');
    await expect(SqliteEventStore.open(scratch.file)).rejects.toThrow('schema version 99');
    database.exec(`UPDATE schema SET version = ${String(schemaVersion)}`);
    database.close();
    await (await SqliteEventStore.open(scratch.file)).close();
  });
});

describe('processes that share a store', () => {
  const shared = { shared: true };

  it('are let in however many they are, and keep out one that would not share it until the last one is gone', async () => {
    const store = await SqliteEventStore.open(scratch.file, shared);
    const child = run(openAndStay(shared));
    expect(await child.line()).toBe('open');
    const again = await SqliteEventStore.open(scratch.file, shared);
    await again.close();
    const [code, message] = await run(tryToOpen()).rest();
    expect(code).toBe('store-in-use');
    expect(message).toContain(scratch.folder);
    expect(message).toContain('start every process with the same Redis (REDIS_URL), or stop those that have it open');
    await store.close();
    await expect(SqliteEventStore.open(scratch.file)).rejects.toMatchObject({ code: 'store-in-use' });
    await child.kill();
    const alone = await SqliteEventStore.open(scratch.file);
    await alone.close();
  });

  it('are kept out by one that does not share it, until it is killed', async () => {
    const child = run(openAndStay());
    expect(await child.line()).toBe('open');
    const refused = await SqliteEventStore.open(scratch.file, shared).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'StoreInUse', folder: scratch.folder });
    expect(String(refused)).toContain('by a process that shares it with nobody');
    expect(String(refused)).toContain('start every process with the same Redis (REDIS_URL), or stop the process');
    await child.kill();
    const store = await SqliteEventStore.open(scratch.file, shared);
    await store.close();
  });
});
