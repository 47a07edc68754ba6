import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, NO_STREAM, type Position } from '#application/ports';
import { LogReader } from '#event-store';
import { anEvent, toId } from '../../../../test/contract/event-store.contract.ts';
import { Scratch } from '../../testing/scratch.ts';
import { bytesOfEvents } from './event-text.ts';
import { LogWriter } from './log-writer.ts';
import { openForWriting } from './schema.ts';

const scratch = new Scratch();
let database: DatabaseSync | undefined;

afterEach(() => {
  database?.close();
  database = undefined;
  scratch.clear();
});

const appends = 100;
const eventsEach = 10;
/** One append to a row. */
const data = JSON.stringify('x'.repeat(2_000));

function write(): void {
  const writing = openForWriting(scratch.file);
  const group = Array.from({ length: appends }, (_, append) => ({
    stream: `s-${String(append)}`,
    expected: NO_STREAM,
    count: eventsEach,
    events: bytesOfEvents(
      Array.from({ length: eventsEach }, (__, event) => anEvent(`${String(append)}-${String(event)}`, data)),
    ),
  }));
  new LogWriter(writing).write(group);
  writing.close();
}

/** A reader of the log, and of how many rows it has fetched the texts. */
function countingReader(): { reader: LogReader; fetched: () => number } {
  let count = 0;
  database = new DatabaseSync(scratch.file);
  database.function('fetched', (events) => {
    count += 1;
    return events;
  });
  const columns = 'position, count, recorded_at, crc, appends';
  database.exec(`CREATE TEMP VIEW groups AS SELECT ${columns}, fetched(events) AS events FROM main.groups`);
  return { reader: new LogReader(database), fetched: () => count };
}

describe('a page of the log', () => {
  it('fetches no more rows than it takes to fill it', () => {
    write();
    const { reader, fetched } = countingReader();
    const page = reader.readAll(BEGINNING, 25);
    expect(page.events.map(({ position }) => Number.parseInt(position, 16))).toEqual(
      Array.from({ length: 25 }, (_, index) => index),
    );
    expect(page.atEnd).toBe(false);
    expect(fetched()).toBeLessThanOrEqual(3);
    const next = reader.readAll(page.position, 5);
    expect(next.events.map(({ id }) => id)).toEqual(['5', '6', '7', '8', '9'].map((event) => toId(`2-${event}`)));
    expect(fetched()).toBeLessThanOrEqual(4);
  });

  it.each([1, 7, 10, 33, 999, 1_000, 5_000])('of at most %i events leaves none out', (limit) => {
    write();
    const { reader } = countingReader();
    const ids: string[] = [];
    let position: Position = BEGINNING;
    for (;;) {
      const page = reader.readAll(position, limit);
      expect(page.events.length).toBe(Math.min(limit, appends * eventsEach - ids.length));
      ids.push(...page.events.map(({ id }) => id));
      position = page.position;
      if (page.atEnd) break;
    }
    expect(new Set(ids).size).toBe(appends * eventsEach);
    expect(ids).toHaveLength(appends * eventsEach);
  });
});
