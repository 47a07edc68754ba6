import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, NO_STREAM } from '#application/ports';
import { LogReader } from '#event-store';
import { anEvent, toId } from '../../../../test/contract/event-store.contract.ts';
import { checkHeads } from '../../testing/check-heads.ts';
import { Scratch } from '../../testing/scratch.ts';
import { bytesOfEvents } from './event-text.ts';
import { type AppendAsked, LogWriter } from './log-writer.ts';
import { openForWriting } from './schema.ts';
import { WriterTurns } from './writer-turns.ts';

const scratch = new Scratch();
const aLot = JSON.stringify('x'.repeat(100_000));
let database: DatabaseSync;
let writer: LogWriter;

beforeEach(() => {
  database = openForWriting(scratch.file);
  writer = new LogWriter(database);
});

afterEach(() => {
  database.close();
  scratch.clear();
});

function asked(stream: string, expected: number, data = '{}'): AppendAsked {
  const name = `${stream}-${String(expected + 1)}`;
  return { stream, expected, count: 1, events: bytesOfEvents([anEvent(name, data)]) };
}

/** Position or code of every append of a group. */
function write(...group: readonly AppendAsked[]): readonly (number | string)[] {
  return writer.write(group).map((answer) => (typeof answer === 'object' ? answer.code : answer));
}

function storedIds(): readonly string[] {
  const reader = LogReader.open(scratch.file);
  const { events } = reader.readAll(BEGINNING, 100);
  reader.close();
  return events.map(({ id }) => id);
}

describe('the writer of the log', () => {
  it('lets a conflict fail its append alone', () => {
    write(asked('a', NO_STREAM));
    expect(write(asked('b', NO_STREAM), asked('a', 7), asked('a', 0))).toEqual([1, 'revision-conflict', 2]);
    expect(storedIds()).toEqual([toId('a-0'), toId('b-0'), toId('a-1')]);
  });

  it('writes nothing of a group for which the disk has no room, and goes on when there is', () => {
    write(asked('a', NO_STREAM));
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${String(pages + 3)}`);
    const group = [asked('a', 0), asked('b', NO_STREAM, aLot), asked('c', NO_STREAM)];
    expect(write(...group)).toEqual(['store-unavailable', 'store-unavailable', 'store-unavailable']);
    expect(storedIds()).toEqual([toId('a-0')]);
    expect(write(asked('c', NO_STREAM))).toEqual([1]);
    database.exec(`PRAGMA max_page_count = ${String(pages + 1_000)}`);
    expect(write(asked('a', 0), asked('b', NO_STREAM, aLot), asked('c', 0))).toEqual([2, 3, 4]);
    expect(storedIds()).toEqual([toId('a-0'), toId('c-0'), toId('a-1'), toId('b-0'), toId('c-1')]);
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it('writes nothing while somebody else has the file locked', () => {
    database.exec('PRAGMA busy_timeout = 0');
    const other = new DatabaseSync(scratch.file);
    other.exec('BEGIN IMMEDIATE');
    expect(write(asked('a', NO_STREAM))).toEqual(['store-unavailable']);
    other.close();
    expect(write(asked('a', NO_STREAM))).toEqual([0]);
  });

  it('writes nothing any more after a failure that it cannot explain', () => {
    write(asked('a', NO_STREAM));
    database.exec(`CREATE TRIGGER odd BEFORE INSERT ON groups BEGIN SELECT RAISE(ABORT, 'odd'); END`);
    expect(write(asked('a', 0), asked('b', NO_STREAM))).toEqual(['store-broken', 'store-broken']);
    database.exec('DROP TRIGGER odd');
    expect(write(asked('a', 0))).toEqual(['store-broken']);
    expect(storedIds()).toEqual([toId('a-0')]);
  });
});

describe('a writer that takes turns with others', () => {
  /** How long it waits for its turn here, in ms. */
  const waitMaxMs = 50;

  beforeEach(() => {
    writer = new LogWriter(database, { turns: new WriterTurns(database, waitMaxMs) });
  });

  function writeElsewhere(stream: string, expected: number): void {
    const other = openForWriting(scratch.file);
    expect(new LogWriter(other).write([asked(stream, expected)])).toEqual([expect.any(Number)]);
    other.close();
  }

  it('writes nothing when its turn does not come, and goes on when it does', () => {
    write(asked('a', NO_STREAM));
    const other = new DatabaseSync(scratch.file);
    other.exec('BEGIN IMMEDIATE');
    expect(write(asked('a', 0), asked('b', NO_STREAM))).toEqual(['store-unavailable', 'store-unavailable']);
    other.close();
    writeElsewhere('a', 0);
    expect(write(asked('a', 1), asked('b', NO_STREAM))).toEqual([2, 3]);
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it('takes no stream of a group that was taken back for known', () => {
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${String(pages + 3)}`);
    const group = [asked('a', NO_STREAM), asked('b', NO_STREAM, aLot)];
    expect(write(...group)).toEqual(['store-unavailable', 'store-unavailable']);
    database.exec(`PRAGMA max_page_count = ${String(pages + 1_000)}`);
    writeElsewhere('b', NO_STREAM);
    writeElsewhere('c', NO_STREAM);
    expect(write(asked('a', NO_STREAM), asked('c', 0), asked('b', 0))).toEqual([2, 3, 4]);
    expect(storedIds()).toEqual([toId('b-0'), toId('c-0'), toId('a-0'), toId('c-1'), toId('b-1')]);
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it('folds the write-ahead log back when the automatic checkpoints have not done it', () => {
    database.exec('PRAGMA wal_autocheckpoint = 0');
    const size = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    const pages: number[] = [];
    for (let head = NO_STREAM; head < 40; head += 1) {
      write(...Array.from({ length: 20 }, (_, stream) => asked(`s-${String(stream)}`, head, aLot)));
      pages.push(Number(size.get()?.['log']));
    }
    const largest = Math.max(...pages);
    expect(largest).toBeLessThan(3_750);
    expect(pages.lastIndexOf(largest)).toBeLessThan(pages.length - 1);
    expect(checkHeads(scratch.file)).toEqual([]);
  });
});
