import { afterEach, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import { SqliteEventStore } from '#event-store';
import { NO_STREAM } from '#operations/ports';
import { anEvent } from '../../../test/contract/event-store.contract.ts';
import { Child } from './child.ts';
import { Scratch } from './scratch.ts';

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

const openAndStay = `
  await room.SqliteEventStore.open(argument);
  console.log('open');`;
const tryToOpen = `
  const opened = await room.SqliteEventStore.open(argument).catch((error) => error);
  console.log(opened.code ?? 'open');
  console.log(opened.message ?? '');
  await opened.close?.();`;

describe('one process at a time writes a store', () => {
  it('so a second one is refused, told which folder and what to do', async () => {
    const store = await SqliteEventStore.open(scratch.file);
    const [code, message] = await run(tryToOpen).rest();
    expect(code).toBe('store-in-use');
    expect(message).toContain(scratch.folder);
    expect(message).toContain('stop the process that has it open');
    await expect(SqliteEventStore.open(scratch.file)).rejects.toMatchObject({ code: 'store-in-use' });
    expect(await store.append('a', NO_STREAM, [anEvent('1')])).toMatchObject({ revision: 0 });
    await store.close();
    expect(await run(tryToOpen).line()).toBe('open');
  });

  it('until it is killed', async () => {
    const child = run(openAndStay);
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
    database.exec('UPDATE schema SET version = 1');
    database.close();
    await (await SqliteEventStore.open(scratch.file)).close();
  });
});
