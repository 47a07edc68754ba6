import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Position } from '#application/ports';
import { commands, Log, start } from '../../testing/log.ts';
import { damageTable, Scratch } from '../../testing/scratch.ts';
import { Projector } from '../feed/projector.ts';
import { openWriter } from './database.ts';
import { type HashAt, prepareFile, takeReadModelsFile } from './read-models-file.ts';

const scratch = new Scratch();
afterEach(() => {
  scratch.clear();
});

function toLog(author: string, deposits = 3): Log {
  const log = new Log(author);
  log.run('acme', commands.open('acme'), start);
  for (let index = 0; index < deposits; index += 1) {
    log.run('acme', commands.deposit(String(index), '1'), start + index);
  }
  return log;
}

function toHashes(log: Log): HashAt {
  return ({ position }) => Promise.resolve(log.hashAt(position));
}

/** Fills a read model file from a log and closes it. `position`: where others' events in the same log took it. */
async function filled(log: Log, position = log.events.at(-1)?.position): Promise<string> {
  const file = scratch.file('read-models.db');
  await prepareFile(file, toHashes(log));
  const database = openWriter(file);
  new Projector(database).apply({
    events: log.events,
    position: position ?? log.readAll('' as never, 1).position,
  });
  database.close();
  return file;
}

describe('a read model file that is opened', () => {
  it('goes on from where it is, if the store has that very event there', async () => {
    const log = toLog('one');
    const file = await filled(log);
    log.run('acme', commands.deposit('later', '1'), start + 9);
    const checkpoint = await prepareFile(file, toHashes(log));
    expect(checkpoint.position).toBe(log.events[3]?.position);
  });

  it('goes back to its last event: what came after it, of others, may not have been restored with the rest', async () => {
    const log = toLog('one');
    const file = await filled(log, 'ffffffff' as Position);
    const checkpoint = await prepareFile(file, toHashes(log));
    expect(checkpoint.position).toBe(log.events.at(-1)?.position);
    const database = openWriter(file);
    log.run('acme', commands.deposit('restored', '1'), start + 9);
    const projector = new Projector(database);
    projector.apply({ events: log.events, position: log.events.at(-1)?.position ?? checkpoint.position });
    expect(projector.checkpoint.lastEvent?.revision).toBe(4);
    database.close();
  });

  it.each([
    ['has another event there', toLog('two')],
    ['is shorter', toLog('one', 1)],
    ['is empty', new Log()],
  ])('is rebuilt if the store %s', async (_, other) => {
    const file = await filled(toLog('one'));
    const checkpoint = await prepareFile(file, toHashes(other));
    expect(checkpoint).toMatchObject({ position: '', lastEvent: undefined });
    const database = new DatabaseSync(file);
    expect(database.prepare('SELECT count(*) AS rows FROM accounts').get()?.['rows']).toBe(0);
    database.close();
  });

  it('is left alone if the store cannot say', async () => {
    const log = toLog('one');
    const file = await filled(log);
    await expect(prepareFile(file, () => Promise.reject(new Error('no connection')))).rejects.toThrow('no connection');
    const checkpoint = await prepareFile(file, toHashes(log));
    expect(checkpoint.position).toBe(log.events.at(-1)?.position);
  });

  it('is rebuilt if another version of the read models wrote it', async () => {
    const log = toLog('one');
    const file = await filled(log);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect((await prepareFile(file, toHashes(log))).position).toBe('');
  });

  it('is rebuilt if it is damaged or no database', async () => {
    const log = toLog('one');
    const file = await filled(log);
    writeFileSync(file, 'this is not a database, but long enough to be asked for its header'.repeat(99));
    expect((await prepareFile(file, toHashes(log))).position).toBe('');
  });

  it('is rebuilt if damage is found when its snapshots are dropped', async () => {
    const log = toLog('one');
    const file = await filled(log);
    const database = new DatabaseSync(file);
    database.exec('UPDATE checkpoint SET fold_version = 999');
    database.close();
    damageTable(file, 'snapshots');
    expect((await prepareFile(file, toHashes(log))).position).toBe('');
  });

  it('is rebuilt if an event that was parked can be read by now', async () => {
    const log = toLog('one');
    log.put('account-acme', 'funds-doubled.v1', '{}');
    const file = await filled(log);
    expect((await prepareFile(file, toHashes(log))).position).not.toBe('');
    const database = new DatabaseSync(file);
    const deposit = log.events[1];
    database.prepare('UPDATE parked SET type = ?, data = ?').run(deposit?.type ?? '', deposit?.data ?? '');
    database.close();
    expect((await prepareFile(file, toHashes(log))).position).toBe('');
  });

  it('loses its snapshots, and nothing else, if another version of the fold made them', async () => {
    const log = toLog('one');
    const file = await filled(log);
    const database = new DatabaseSync(file);
    database.exec(`
      UPDATE checkpoint SET fold_version = 999;
      INSERT INTO snapshots VALUES (1, 0, 1, 1, 'p', 'h', 'state')`);
    database.close();
    expect((await prepareFile(file, toHashes(log))).position).toBe(log.events.at(-1)?.position);
    const again = new DatabaseSync(file);
    expect(again.prepare('SELECT count(*) AS rows FROM snapshots').get()?.['rows']).toBe(0);
    again.close();
  });
});

describe('the read model files of a directory', () => {
  it('are taken one by each process, and are free again after it', () => {
    const first = takeReadModelsFile(scratch.directory);
    const second = takeReadModelsFile(scratch.directory);
    expect([first, second].map(({ file }) => basename(file))).toEqual(['read-models-0.db', 'read-models-1.db']);
    first.release();
    const third = takeReadModelsFile(scratch.directory);
    expect(basename(third.file)).toBe('read-models-0.db');
    second.release();
    third.release();
  });
});
