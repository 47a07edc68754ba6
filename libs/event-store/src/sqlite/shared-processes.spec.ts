import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM, type RecordedEvent } from '#application/ports';
import { SqliteEventStore } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { checkHeads } from '../../testing/check-heads.ts';
import { Child } from '../../testing/child.ts';
import { Scratch } from '../../testing/scratch.ts';
import { wholeLog } from '../../testing/whole-log.ts';

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

/** Appends that each process makes to every stream that it writes. */
const appendsEach = 60;

/**
 * Opens the store when it is told to, and appends one to three events at a time, so many times each, to streams of its
 * own and to one that all processes write, there at whatever revision it reads. Prints what was answered.
 */
function appends(name: string, count: number | 'for ever'): string {
  return `
  import { createHash, randomUUID } from 'node:crypto';
  console.log('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const store = await library.SqliteEventStore.open(argument, { shared: true });
  await Promise.all(['common', 'of ${name} 1', 'of ${name} 2', 'of ${name} 3'].map(appendTo));
  await store.close();
  process.stdin.destroy();

  async function appendTo(stream) {
    let { head } = await store.readStream(stream, 0, 1);
    for (let n = 0; n < ${count === 'for ever' ? 'Infinity' : String(count)};) {
      const events = Array.from({ length: 1 + (n % 3) }, anEvent);
      const answered = await store.append(stream, head, events).catch((error) => error);
      if (answered.code === 'revision-conflict' && stream === 'common' && answered.actual > head) {
        ({ head } = await store.readStream(stream, 0, 1));
        continue;
      }
      const ids = events.map(({ id }) => id);
      console.log(JSON.stringify({ stream, ids, ...answered, failed: answered.message }));
      head = answered.revision;
      n += 1;
    }
  }

  function anEvent() {
    const id = randomUUID();
    const hash = createHash('sha256').update(id).digest('hex');
    return { id, type: 'something-happened.v1', data: '{}', metadata: '{}', hash };
  }`;
}

interface Answered {
  readonly stream: string;
  /** Of its last event. */
  readonly revision: number;
  readonly position: string;
  readonly ids: readonly string[];
  /** What was said instead of an answer. */
  readonly failed?: string;
}

/** Lets all of them open the file at the same moment. */
async function start(...processes: readonly Child[]): Promise<void> {
  for (const child of processes) expect(await child.line()).toBe('ready');
  for (const child of processes) child.send('go');
}

function parseAnswers(lines: readonly string[]): readonly Answered[] {
  return lines.map((line) => JSON.parse(line) as Answered);
}

async function readLog(): Promise<readonly RecordedEvent[]> {
  const store = await SqliteEventStore.open(scratch.file);
  const log = await wholeLog(store);
  await store.close();
  return log;
}

function expectOneOrder(log: readonly RecordedEvent[]): void {
  expect(log.map(({ position }) => Number.parseInt(position, 16))).toEqual([...log.keys()]);
  expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
  const heads = new Map<string, number>();
  for (const { stream, revision, id, hash } of log) {
    expect(revision).toBe((heads.get(stream) ?? -1) + 1);
    heads.set(stream, revision);
    expect(hash).toBe(createHash('sha256').update(id).digest('hex'));
  }
  expect(checkHeads(scratch.file)).toEqual([]);
}

/** At its place, whole, and there only. */
function expectThere(log: readonly RecordedEvent[], answers: readonly Answered[]): void {
  for (const { stream, revision, position, ids, failed } of answers) {
    expect(failed).toBeUndefined();
    const end = Number.parseInt(position, 16) + 1;
    const events = log.slice(end - ids.length, end);
    expect(events.map(({ id }) => id)).toEqual(ids);
    expect(events.at(-1)).toMatchObject({ stream, revision });
  }
}

describe('processes that append to one file at once', () => {
  it('make it together, get all their appends through, and write one order without gaps', async () => {
    const processes = ['one', 'two', 'three'].map((name) => run(appends(name, appendsEach)));
    await start(...processes);
    const printed = await Promise.all(processes.map((child) => child.rest()));
    for (const lines of printed) expect(lines).toHaveLength(4 * appendsEach);
    const log = await readLog();
    expectOneOrder(log);
    expectThere(log, printed.flatMap(parseAnswers));
    expect(log).toHaveLength(printed.flatMap(parseAnswers).flatMap(({ ids }) => ids).length);
  });

  it('are not held up by one that is killed, and what it was answered is there', async () => {
    const processes = ['one', 'two'].map((name) => run(appends(name, appendsEach)));
    const victims = ['three', 'four', 'five'].map((name) => run(appends(name, 'for ever')));
    await start(...processes, ...victims);
    const printed = processes.map((child) => child.rest());
    const last: string[] = [];
    for (const [index, victim] of victims.entries()) {
      for (let line = 0; line < 20 + index; line += 1) last.push((await victim.line()) ?? '');
      await victim.kill();
      last.push(...(await victim.rest()));
    }
    const lines = await Promise.all(printed);
    for (const ofOne of lines) expect(ofOne).toHaveLength(4 * appendsEach);
    const log = await readLog();
    expectOneOrder(log);
    expectThere(
      log,
      [...lines.flat(), ...last].map((line) => JSON.parse(line) as Answered),
    );
  });

  it('answer an append that another one has carried out as that one did', async () => {
    const store = await SqliteEventStore.open(scratch.file, { shared: true });
    await store.append('b', NO_STREAM, [anEvent('0')]);
    const events = [anEvent('1'), anEvent('2')];
    const answered = await store.append('a', NO_STREAM, events);
    const again = run(`
      const store = await library.SqliteEventStore.open(argument, { shared: true });
      const append = (events) => store.append('a', -1, events).catch(({ code }) => code);
      const events = ${JSON.stringify(events)};
      console.log(JSON.stringify(await append(events)));
      console.log(JSON.stringify(await append([events[0], { ...events[1], id: 'another' }])));
      await store.close();`);
    expect((await again.rest()).map((line) => JSON.parse(line) as unknown)).toEqual([answered, 'revision-conflict']);
    expect(await wholeLog(store)).toHaveLength(3);
    await store.close();
  });
});
