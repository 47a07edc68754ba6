import { afterEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#application/ports';
import { SqliteEventStore } from '#event-store';
import { checkHeads } from '../../testing/check-heads.ts';
import { Child } from '../../testing/child.ts';
import { Scratch } from '../../testing/scratch.ts';
import { wholeLog } from '../../testing/whole-log.ts';

const scratch = new Scratch();
const streams = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

afterEach(() => {
  scratch.clear();
});

/** Appends one to three events at a time to every stream, for ever, and prints what was answered. */
const appendForEver = `
  import { randomUUID } from 'node:crypto';
  const store = await library.SqliteEventStore.open(argument);
  for (const stream of ${JSON.stringify(streams)}) void appendTo(stream);
  async function appendTo(stream) {
    let { head } = await store.readStream(stream, 0, 1);
    for (let n = 0; ; n += 1) {
      const of = 1 + (n % 3);
      const data = JSON.stringify({ append: randomUUID(), of });
      const event = () => ({ id: randomUUID(), type: 'something-happened.v1', data, metadata: '{}', hash: 'h' });
      const events = Array.from({ length: of }, event);
      const { revision, position } = await store.append(stream, head, events);
      console.log(JSON.stringify({ stream, revision, position, id: events.at(-1).id }));
      head = revision;
    }
  }`;

interface Answered {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly id: string;
}

/** Runs the process until it has printed so many answers, kills it, and returns all that it printed. */
async function answersUntilKilled(count: number): Promise<readonly Answered[]> {
  const child = new Child(appendForEver, scratch.file);
  const lines: string[] = [];
  while (lines.length < count) lines.push((await child.line()) ?? '');
  await child.kill();
  return [...lines, ...(await child.rest())].map((line) => JSON.parse(line) as Answered);
}

function expectNothingHalf(log: readonly RecordedEvent[]): void {
  const seen = new Map<string, number>();
  for (const { data } of log) {
    const { append } = JSON.parse(data) as { append: string };
    seen.set(append, (seen.get(append) ?? 0) + 1);
  }
  const half = log.filter(({ data }) => {
    const { append, of } = JSON.parse(data) as { append: string; of: number };
    return seen.get(append) !== of;
  });
  expect(half).toEqual([]);
}

describe('a process that is killed while it appends', () => {
  it('leaves everything that was answered, nothing half, and heads that agree with the log', async () => {
    const answered: Answered[] = [];
    for (const count of [1, 40, 300, 9, 150]) {
      answered.push(...(await answersUntilKilled(count)));
      const store = await SqliteEventStore.open(scratch.file);
      const log = await wholeLog(store);
      const byPosition = new Map(log.map((event) => [event.position as string, event]));
      for (const { stream, revision, position, id } of answered) {
        expect(byPosition.get(position)).toMatchObject({ stream, revision, id });
      }
      expectNothingHalf(log);
      for (const stream of streams) {
        const { events, head } = await store.readStream(stream, 0, log.length);
        expect(events).toEqual(log.filter((event) => event.stream === stream));
        expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: head + 1 }, (_, n) => n));
      }
      await store.close();
      expect(checkHeads(scratch.file)).toEqual([]);
    }
  });
});

describe('a store whose writer thread is killed', () => {
  it('rejects what is under way, what waits and what comes later as broken, and can be closed', async () => {
    const child = new Child(
      `import { setImmediate as nextTurn } from 'node:timers/promises';
       import { DatabaseSync } from 'node:sqlite';
       let writer;
       process.on('worker', (worker) => { writer = worker; });
       const store = await library.SqliteEventStore.open(argument);
       const append = (stream) => {
         const event = { id: 'id-' + stream, type: 'something-happened.v1', data: '{}', metadata: '{}', hash: 'h' };
         return store.append(stream, -1, [event]).then(() => 'written', (error) => error.name + ' ' + error.code);
       };
       const first = await append('first');
       // The writer cannot begin while another connection has the lock.
       const other = new DatabaseSync(argument);
       other.exec('BEGIN IMMEDIATE');
       const underWay = append('under-way');
       await nextTurn();
       await nextTurn();
       const waiting = append('waiting');
       void writer.terminate();
       other.close();
       console.log(JSON.stringify([first, await underWay, await waiting, await append('later')]));
       await store.close();
       const again = await library.SqliteEventStore.open(argument);
       console.log((await again.readAll('', 10)).events.map(({ stream }) => stream).join());
       await again.close();`,
      scratch.file,
    );
    const broken = 'EventStoreError store-broken';
    expect(JSON.parse((await child.line()) ?? '')).toEqual(['written', broken, broken, broken]);
    expect(await child.rest()).toEqual(['first']);
    expect(checkHeads(scratch.file)).toEqual([]);
  });
});
