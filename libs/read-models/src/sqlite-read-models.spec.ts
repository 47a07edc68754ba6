import { afterEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application/ports';
import { accountStream } from '#domain';
import { SqliteEventStore, sqliteLogReader } from '#event-store';
import { commands, Log, start } from '../testing/log.ts';
import { Scratch } from '../testing/scratch.ts';
import type { LogReaderModule } from './feed/log-reader.ts';
import { hashInStore } from './file/read-models-file.ts';
import { SqliteReadModels } from './sqlite-read-models.ts';

const scratch = new Scratch();

afterEach(() => {
  scratch.clear();
});

function openReadModels(store: SqliteEventStore): Promise<SqliteReadModels> {
  const reader = sqliteLogReader(scratch.file('events.db'));
  return SqliteReadModels.open({ directory: scratch.directory, reader, hashAt: hashInStore(store) });
}

describe('read models of a store on SQLite', () => {
  it('are filled from its file, and go on from where they were', async () => {
    const store = await SqliteEventStore.open(scratch.file('events.db'));
    const log = new Log();
    log.run('acme', commands.open('acme'), start);
    log.run('acme', commands.deposit('first', '10'), start + 1);
    await store.append(accountStream('acme'), NO_STREAM, log.events);
    const before = await openReadModels(store);
    await before.ready();
    expect(before.idIndex.request('acme', 'deposit first')).toBeDefined();
    await before.close();

    log.run('acme', commands.deposit('second', '5'), start + 2);
    const { position } = await store.append(accountStream('acme'), 1, log.events.slice(2));
    const after = await openReadModels(store);
    expect(after.lists.progress().position < position).toBe(true);
    expect(after.lists.progress().position).not.toBe('');
    await after.ready();
    expect(after.lists.progress()).toMatchObject({ position, caughtUp: true, newestEventAt: start + 2 });
    expect(after.lists.accounts(null, 10, [], start)[0]?.balance.available).toBe('15');
    await after.close();
    await store.close();
  });

  it('are told that the reader needs a file that exists', async () => {
    const { module } = sqliteLogReader('nowhere');
    const { openLogReader } = (await import(module)) as LogReaderModule;
    expect(() => openLogReader({}, () => undefined)).toThrow('needs the name');
    expect(() => openLogReader({ file: scratch.file('missing.db') }, () => undefined)).toThrow('there is no store');
  });
});
