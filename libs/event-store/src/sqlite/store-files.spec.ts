import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application/ports';
import { LogReader } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { Scratch } from '../../testing/scratch.ts';
import { bytesOfEvents } from './event-text.ts';
import { type AppendAnswered, LogWriter } from './log-writer.ts';
import { openForWriting } from './schema.ts';
import { StoreFiles } from './store-files.ts';

const scratch = new Scratch();
let database: DatabaseSync;
let writer: LogWriter;
let troubles: (string | undefined)[];

beforeEach(() => {
  database = openForWriting(scratch.file);
  writeFileSync(join(dirname(scratch.file), 'instance.db'), '');
  troubles = [];
  writer = new LogWriter(database, {
    files: new StoreFiles(scratch.file, database),
    told: (trouble) => {
      troubles.push(trouble);
    },
  });
});

afterEach(() => {
  database.close();
  scratch.clear();
});

function append(stream: string, data = '{}'): AppendAnswered | undefined {
  const events = bytesOfEvents([anEvent(`${stream}-0`, data)]);
  return writer.write([{ stream, expected: NO_STREAM, count: 1, events }])[0];
}

function eventsIn(file: string): number {
  const reader = LogReader.open(file);
  try {
    return reader.lastPosition() + 1;
  } finally {
    reader.close();
  }
}

describe('a writer of which the files are taken away', () => {
  it.each(['', '-wal', '-shm'])('answers nothing any more, though it could still write: events.db%s', (suffix) => {
    expect(append('a')).toBe(0);
    rmSync(`${scratch.file}${suffix}`);
    expect(append('b')).toMatchObject({ code: 'store-broken' });
    expect(append('c')).toMatchObject({ code: 'store-broken' });
    expect(writer.checkFiles()).toContain('was deleted or renamed while it was in use');
    expect(troubles).toEqual([expect.stringContaining(suffix)]);
  });

  it('copies out what it has committed, by itself, before it ends', () => {
    expect(append('a')).toBe(0);
    rmSync(scratch.file);
    expect(writer.checkFiles()).toContain('all that was committed is in');
    const folder = dirname(scratch.file);
    const [rescued = ''] = readdirSync(folder).filter((name) => name.includes('.rescued-'));
    expect(eventsIn(join(folder, rescued))).toBe(1);
    expect(statSync(join(folder, rescued)).mode & 0o777).toBe(0o600);
    // A log that is put in place must not be read together with the write-ahead log of another.
    expect(readdirSync(folder).filter((name) => /-(wal|shm)$/.test(name) && !name.includes('rescued'))).toEqual([]);
  });

  it('folds a write-ahead log that was deleted back into the log', () => {
    expect(append('a')).toBe(0);
    rmSync(`${scratch.file}-wal`);
    expect(writer.checkFiles()).toContain('all that was committed is in');
    expect(eventsIn(scratch.file)).toBe(1);
  });

  it('leaves everything as it is where another write-ahead log stands: somebody may write by it', () => {
    expect(append('a')).toBe(0);
    writeFileSync(`${scratch.file}-other`, '');
    renameSync(`${scratch.file}-other`, `${scratch.file}-wal`);
    expect(writer.checkFiles()).toContain('what was committed last may be lost');
  });
});

describe('a writer that is looked after', () => {
  it('says what keeps it from writing, once, and when that is over', () => {
    const other = new DatabaseSync(scratch.file);
    database.exec('PRAGMA busy_timeout = 0');
    other.exec('BEGIN IMMEDIATE');
    expect(writer.checkFiles()).toBeUndefined();
    expect(writer.checkFiles()).toBeUndefined();
    expect(append('a')).toMatchObject({ code: 'store-unavailable' });
    other.exec('ROLLBACK');
    other.close();
    expect(writer.checkFiles()).toBeUndefined();
    expect(troubles).toEqual(['the event store cannot be written: another process has it locked', undefined]);
    expect(append('a')).toBe(0);
  });

  it('goes on saying that the disk is full until something could be written', () => {
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${String(pages + 1)}`);
    expect(append('a', JSON.stringify('x'.repeat(100_000)))).toMatchObject({ code: 'store-unavailable' });
    expect(troubles).toEqual(['the event store cannot be written: the disk is full']);
    database.exec(`PRAGMA max_page_count = ${String(pages + 1_000)}`);
    expect(writer.checkFiles()).toBeUndefined();
    expect(troubles.at(-1)).toBeUndefined();
    expect(eventsIn(scratch.file)).toBe(0);
  });
});

describe('the write-ahead log', () => {
  it('grows while somebody reads at one moment, and is cut back to its bound afterwards', () => {
    const boundBytes = 4 * 750 * 16_384;
    const aMebibyte = JSON.stringify('x'.repeat(1024 * 1024));
    const bytes = (): number => statSync(`${scratch.file}-wal`).size;
    const reader = new DatabaseSync(scratch.file, { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM groups').get();
    let appended = 0;
    for (; bytes() <= 2 * boundBytes; appended += 1) append(`a-${String(appended)}`, aMebibyte);
    reader.exec('COMMIT');
    reader.close();
    // The first folds all of it back, the second begins it again.
    append('then');
    append('at-last');
    expect(bytes()).toBeLessThanOrEqual(boundBytes);
    expect(eventsIn(scratch.file)).toBe(appended + 2);
  });
});
