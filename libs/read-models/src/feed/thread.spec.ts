import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RecordedEvent } from '#application/ports';
import { MemoryEventStore } from '#event-store';
import fc from '../../../../test/support/fast-check.ts';
import { countReads, writeLines } from '../../testing/file-log-reader.ts';
import { history } from '../../testing/histories.ts';
import { commands, Log, start } from '../../testing/log.ts';
import { damageTable, Scratch } from '../../testing/scratch.ts';
import { bench, contents } from '../../testing/tables.ts';
import { openReader } from '../file/database.ts';
import { prepareFile } from '../file/read-models-file.ts';
import { SqliteReadModels } from '../sqlite-read-models.ts';

const patienceMs = 60_000;
jest.setTimeout(2 * patienceMs);

const scratch = new Scratch();
const module = new URL('../../testing/file-log-reader.ts', import.meta.url).href;
let opened: SqliteReadModels[] = [];

afterEach(async () => {
  await Promise.all(opened.map((readModels) => readModels.close()));
  opened = [];
  scratch.clear();
});

function makeDeposits(count: number): Log {
  const log = new Log();
  log.run('acme', commands.open('acme'), start);
  for (let index = 0; index < count; index += 1) log.run('acme', commands.deposit(String(index), '1'), start + index);
  return log;
}

async function openReadModels(log: Log, pollIntervalMs = 20, answerMs = 0): Promise<SqliteReadModels> {
  const readModels = await SqliteReadModels.open({
    directory: scratch.directory,
    reader: { module, options: { file: scratch.file('log'), pageMax: 7, answerMs } },
    hashAt: ({ position }) => Promise.resolve(log.hashAt(position)),
    pollIntervalMs,
  });
  opened.push(readModels);
  return readModels;
}

/** A read model file, closed, in which the ids that were used cannot be read; with its log. */
async function damagedReadModels(): Promise<{ log: Log; file: string }> {
  const log = makeDeposits(20);
  writeLines(scratch.file('log'), log.events);
  const readModels = await openReadModels(log);
  await readModels.ready();
  await readModels.close();
  const file = scratch.file('read-models-0.db');
  damageTable(file, 'requests');
  return { log, file };
}

/** Waits for something that comes about by itself, and soon: unless the machine is busy, for threads of low priority. */
async function until(condition: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > givenUpAt) throw new Error(`it did not come about: ${condition.toString()}`);
    await pause(2);
  }
}

function readContents(file: string): string {
  const database = openReader(file);
  const text = contents(database);
  database.close();
  return text;
}

function expectRows(events: readonly RecordedEvent[]): string {
  const { projector, database } = bench();
  const last = events.at(-1);
  if (last !== undefined) projector.apply({ events, position: last.position });
  return contents(database);
}

describe('read models with a thread of their own', () => {
  it('are ready when they have reached the end of the log, and say how far they are', async () => {
    const log = makeDeposits(50);
    writeLines(scratch.file('log'), log.events);
    const readModels = await openReadModels(log);
    expect(readModels.lists.progress()).toMatchObject({ position: '', caughtUp: false });
    await readModels.ready();
    const position = log.events.at(-1)?.position;
    expect(readModels.lists.progress()).toEqual({ position, caughtUp: true, newestEventAt: start + 49 });
    expect(readModels.idIndex.position).toBe(position);
    expect(readModels.lists.accounts(null, 10, [], start)[0]?.balance.available).toBe('50');
  });

  it('follow what is appended later: by themselves, and at once when they are woken', async () => {
    const log = makeDeposits(1);
    writeLines(scratch.file('log'), log.events);
    const readModels = await openReadModels(log, 60_000);
    await readModels.ready();
    for (let round = 1; round <= 20; round += 1) {
      const before = log.events.length;
      log.run('acme', commands.deposit(`later-${String(round)}`, '1'), start + 100);
      writeLines(scratch.file('log'), log.events.slice(before));
      readModels.wake();
      readModels.wake();
      await until(() => readModels.idIndex.position === log.events.at(-1)?.position);
    }
    const polling = await openReadModels(log, 5);
    await polling.ready();
    log.run('acme', commands.deposit('last', '1'), start + 100);
    writeLines(scratch.file('log'), log.events.slice(-1));
    await until(() => polling.idIndex.request('acme', 'deposit last') !== undefined);
  });

  it('see what was appended after they had looked, if they were woken meanwhile', async () => {
    const log = makeDeposits(1);
    const file = scratch.file('log');
    writeLines(file, log.events);
    const readModels = await openReadModels(log, 60_000, 50);
    await until(() => countReads(file) > 0);
    log.run('acme', commands.deposit('meanwhile', '1'), start + 100);
    writeLines(file, log.events.slice(-1));
    readModels.wake();
    await until(() => readModels.idIndex.request('acme', 'deposit meanwhile') !== undefined);
  });

  it('go on from where they were after a restart', async () => {
    const log = makeDeposits(20);
    writeLines(scratch.file('log'), log.events);
    const before = await openReadModels(log);
    await before.ready();
    await before.close();
    log.run('acme', commands.deposit('later', '1'), start + 100);
    writeLines(scratch.file('log'), log.events.slice(-1));
    const after = await openReadModels(log);
    expect(after.lists.progress().position).toBe(log.events.at(-2)?.position);
    await after.ready();
    await after.close();
    expect(readContents(scratch.file('read-models-0.db'))).toBe(expectRows(log.events));
  });

  it('have every event once, wherever the thread is killed', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }), async (log, kills) => {
        writeFileSync(scratch.file('log'), '');
        writeLines(scratch.file('log'), log.events);
        const file = scratch.file('killed.db');
        writeFileSync(file, '');
        await prepareFile(file, () => Promise.resolve(undefined));
        for (const messages of [...kills, Number.POSITIVE_INFINITY]) await runThread(file, messages);
        expect(readContents(file)).toBe(expectRows(log.events));
      }),
      { numRuns: 3 },
    );
  });

  it('keep a snapshot when they have passed it', async () => {
    const log = makeDeposits(20);
    writeLines(scratch.file('log'), log.events);
    const readModels = await openReadModels(log);
    await readModels.ready();
    const last = log.events.at(-1);
    if (last === undefined) throw new RangeError('the log is empty');
    const { position, hash } = last;
    readModels.snapshots.save({ accountId: 'acme', revision: 20, at: start, position, hash, state: '{}' });
    await until(() => readModels.snapshots.newest('acme')?.revision === 20);
  });

  it('say that reading failed, and heal when it works again', async () => {
    const log = makeDeposits(3);
    writeLines(scratch.file('log'), log.events);
    appendFileSync(scratch.file('log'), 'not JSON\n');
    const readModels = await openReadModels(log);
    await until(() => readModels.lists.progress().failure !== undefined);
    expect(readModels.lists.progress()).toMatchObject({ caughtUp: false, position: '' });
    writeFileSync(scratch.file('log'), readFileSync(scratch.file('log'), 'utf8').replace('not JSON\n', ''));
    await readModels.ready();
    expect(readModels.lists.progress().failure).toBeUndefined();
  });

  it('say that their file is damaged, end nothing, and are rebuilt when they are opened next', async () => {
    const { log, file } = await damagedReadModels();
    const readModels = await openReadModels(log);
    await readModels.ready();
    expect(() => readModels.idIndex.request('acme', 'deposit 3')).toThrow('malformed');
    expect(readModels.lists.progress()).toMatchObject({
      caughtUp: false,
      failure: expect.stringContaining('malformed'),
    });
    // In the next turn the look-ups of this one are over, and nobody is there to catch an error.
    await nextTurn();
    const last = log.put('keys', 'key-issued.v1', '{}');
    writeLines(scratch.file('log'), [last]);
    await until(() => readModels.idIndex.position === last.position);
    expect(readModels.lists.progress()).toMatchObject({
      caughtUp: false,
      failure: expect.stringContaining('malformed'),
    });
    expect(() => readModels.idIndex.request('acme', 'deposit 3')).toThrow('malformed');
    await expect(readModels.ready()).rejects.toThrow('malformed');
    await readModels.close();
    expect(existsSync(file)).toBe(false);
    const rebuilt = await openReadModels(log);
    await rebuilt.ready();
    expect(rebuilt.idIndex.request('acme', 'deposit 3')).toBeDefined();
    expect(rebuilt.lists.progress().failure).toBeUndefined();
  });

  it('are rebuilt after a process that found damage and was killed', async () => {
    const { log, file } = await damagedReadModels();
    const damaged = readFileSync(file);
    const finder = await openReadModels(log);
    await finder.ready();
    expect(() => finder.idIndex.request('acme', 'deposit 3')).toThrow('malformed');
    const mark = readFileSync(`${file}-damaged`);
    await finder.close();
    writeFileSync(file, damaged);
    writeFileSync(`${file}-damaged`, mark);
    const rebuilt = await openReadModels(log);
    await rebuilt.ready();
    expect(rebuilt.idIndex.request('acme', 'deposit 3')).toBeDefined();
    expect(existsSync(`${file}-damaged`)).toBe(false);
  });

  it('say that their file is damaged when the thread that fills it finds out', async () => {
    const { log, file } = await damagedReadModels();
    log.run('acme', commands.deposit('later', '1'), start + 100);
    writeLines(scratch.file('log'), log.events.slice(-1));
    const readModels = await openReadModels(log);
    await expect(readModels.ready()).rejects.toThrow('malformed');
    expect(existsSync(`${file}-damaged`)).toBe(true);
  });

  it('are not ready any more if they are closed before they were', async () => {
    writeFileSync(scratch.file('log'), 'not JSON\n');
    const readModels = await openReadModels(new Log());
    const ready = readModels.ready();
    await until(() => readModels.lists.progress().failure !== undefined);
    await Promise.all([expect(ready).rejects.toThrow('the read models have stopped'), readModels.close()]);
  });

  it('have files of their own, two in one directory', async () => {
    const log = makeDeposits(3);
    writeLines(scratch.file('log'), log.events);
    const both = await Promise.all([openReadModels(log), openReadModels(log)]);
    await Promise.all(both.map((readModels) => readModels.ready()));
    for (const { idIndex } of both) expect(idIndex.request('acme', 'deposit 2')).toBeDefined();
  });
});

/** Runs the read models' thread on a file and kills it after so many messages; lets it finish if it reaches the end before. */
async function runThread(file: string, messages: number): Promise<void> {
  const thread = new Worker(new URL('./read-models.worker.ts', import.meta.url), {
    workerData: { file, pollIntervalMs: 1_000, module, options: { file: scratch.file('log'), pageMax: 3 } },
    execArgv: ['--conditions=source'],
  });
  for (let heard = 0; heard < messages; heard += 1) {
    const [message] = (await once(thread, 'message')) as [{ kind: string; atEnd?: boolean; reason?: string }];
    expect(message.reason).toBeUndefined();
    if (message.atEnd === true) break;
  }
  await thread.terminate();
}

describe('read models in the process of their store', () => {
  it.each(['in memory', 'in a file'])('follow its subscription, %s', async (kind) => {
    const store = new MemoryEventStore();
    const log = makeDeposits(3);
    const append = (from: number): Promise<unknown> => store.append('account-acme', from - 1, log.events.slice(from));
    await append(0);
    const file = kind === 'in memory' ? ':memory:' : scratch.file('read-models.db');
    const readModels = await SqliteReadModels.inProcess(file, store);
    opened.push(readModels);
    await readModels.ready();
    log.run('acme', commands.deposit('later', '1'), start + 9);
    await append(4);
    await until(() => readModels.idIndex.request('acme', 'deposit later') !== undefined);
    expect(readModels.lists.progress()).toMatchObject({ caughtUp: true, newestEventAt: start + 9 });
    const { position, hash } = log.events[2] as RecordedEvent;
    readModels.snapshots.save({ accountId: 'acme', revision: 2, at: start, position, hash, state: '{}' });
    await until(() => readModels.snapshots.newest('acme') !== undefined);
    if (kind === 'in memory') return;
    await readModels.close();
    const again = await SqliteReadModels.inProcess(file, store);
    opened.push(again);
    expect(again.idIndex.position).not.toBe('');
    await again.close();
    const other = await SqliteReadModels.inProcess(file, new MemoryEventStore());
    opened.push(other);
    expect(other.idIndex.position).toBe('');
  });

  it('show in the very same turn what their progress says', async () => {
    const store = new MemoryEventStore();
    const log = makeDeposits(3);
    const readModels = await SqliteReadModels.inProcess(scratch.file('read-models.db'), store);
    opened.push(readModels);
    await readModels.ready();
    const seen = (): boolean => readModels.idIndex.request('acme', 'deposit 2') !== undefined;
    store.failAppend = () => {
      // Looks in the turn in which the events are written, just before they are.
      expect(seen()).toBe(false);
      return undefined;
    };
    const { position } = await store.append('account-acme', -1, log.events);
    while (readModels.idIndex.position < position) await Promise.resolve();
    expect(seen()).toBe(true);
  });

  it('show what is out of service', async () => {
    const store = new MemoryEventStore();
    const log = new Log();
    log.put('account-acme', 'funds-doubled.v1', '{}');
    await store.append('account-acme', -1, log.events);
    const readModels = await SqliteReadModels.inProcess(':memory:', store);
    opened.push(readModels);
    await readModels.ready();
    expect(readModels.parked(10)).toMatchObject([{ stream: 'account-acme', revision: 0, type: 'funds-doubled.v1' }]);
  });
});
