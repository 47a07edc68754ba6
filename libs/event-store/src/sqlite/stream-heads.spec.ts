import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application/ports';
import { LogReader } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { checkHeads } from '../../testing/check-heads.ts';
import { Scratch } from '../../testing/scratch.ts';
import { bytesOfEvents } from './event-text.ts';
import { type AppendAsked, LogWriter } from './log-writer.ts';
import { openForWriting } from './schema.ts';
import { WriterTurns } from './writer-turns.ts';

const scratch = new Scratch();
const databases: DatabaseSync[] = [];

afterEach(() => {
  for (const database of databases.splice(0)) database.close();
  scratch.clear();
});

const eventsEach = 1_000;
const events = bytesOfEvents(Array.from({ length: eventsEach }, (_, index) => anEvent(String(index))));

function asked(stream: string, expected: number): AppendAsked {
  return { stream, expected, count: eventsEach, events };
}

function readWriter(shared = false): LogWriter {
  const database = openForWriting(scratch.file);
  databases.push(database);
  return new LogWriter(database, shared ? { turns: new WriterTurns(database) } : {});
}

/** Appends to every stream, and says what was answered. */
function round(writer: LogWriter, streams: number, expected: number): readonly string[] {
  const answers = Array.from(
    { length: streams },
    (_, stream) => writer.write([asked(`s${String(stream)}`, expected)])[0],
  );
  return [...new Set(answers.map((answer) => typeof answer))];
}

function savedUntil(): number {
  const database = new DatabaseSync(scratch.file, { readOnly: true });
  const until = Number(database.prepare('SELECT until FROM heads_saved').get()?.['until']);
  database.close();
  return until;
}

describe('the heads of streams', () => {
  it('are saved when enough was appended, and are right before and after, also in a store that is opened again', () => {
    const writer = readWriter();
    expect(round(writer, 7, NO_STREAM)).toEqual(['number']);
    expect(savedUntil()).toBe(-1);
    expect(checkHeads(scratch.file)).toEqual([]);
    const reader = LogReader.open(scratch.file);
    expect(reader.readStream('s6', 0, 1).head).toBe(eventsEach - 1);
    expect(round(writer, 7, eventsEach - 1)).toEqual(['number']);
    const until = savedUntil();
    expect(until).toBeGreaterThan(0);
    expect(checkHeads(scratch.file)).toEqual([]);
    const heads = ['s0', 's3', 's6', 'none'].map((stream) => reader.readStream(stream, 0, 1).head);
    expect(heads).toEqual([2 * eventsEach - 1, 2 * eventsEach - 1, 2 * eventsEach - 1, NO_STREAM]);
    reader.close();
    const again = readWriter();
    expect(again.write([asked('s0', 7), asked('s0', 2 * eventsEach - 1), asked('s6', 2 * eventsEach - 1)])).toEqual([
      expect.objectContaining({ code: 'revision-conflict', actual: 2 * eventsEach - 1 }),
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(round(again, 7, 2 * eventsEach - 1)).toEqual(['number']);
    expect(savedUntil()).toBeGreaterThanOrEqual(until);
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it('are saved some with each group where they are many, and later where their streams have few events', () => {
    const writer = readWriter();
    const each = (count: number, first: number): AppendAsked[] =>
      Array.from({ length: 2_000 }, (_, stream) => {
        const few = bytesOfEvents(Array.from({ length: count }, (__, event) => anEvent(String(event))));
        return { stream: `few${String(stream)}`, expected: first - 1, count, events: few };
      });
    for (let group = 0; group < 5; group += 1) writer.write(each(1, group));
    expect(savedUntil()).toBe(-1);
    writer.write(each(4, 5));
    expect(savedUntil()).toBe(-1);
    expect(checkHeads(scratch.file)).toEqual([]);
    writer.write([asked('s0', NO_STREAM)]);
    expect(savedUntil()).toBe(9 * 2_000 - 1);
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it('are saved by any of several writers, and all of them know what the others wrote', () => {
    const [one, other] = [readWriter(true), readWriter(true)];
    for (let expected = -1; expected < 3 * eventsEach; expected += 2 * eventsEach) {
      expect(round(one, 4, expected)).toEqual(['number']);
      expect(round(other, 4, expected + eventsEach)).toEqual(['number']);
      expect(checkHeads(scratch.file)).toEqual([]);
    }
    expect(savedUntil()).toBeGreaterThan(0);
  });
});
