import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, type EventStore, eventStoreErrorCode, type NewEvent, NO_STREAM } from '#application/ports';
import { KurrentDbEventStore, type KurrentDbLimits } from '#event-store';
import { anEvent, toId } from '../../../../test/contract/event-store.contract.ts';
import type { AppendError } from '../../../../test/support/kurrentdb-server/appending.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import { until } from '../../../../test/support/until.ts';
import { Child } from '../../testing/child.ts';

/** For a server that answers, however busy the machine is. */
const patient: Partial<KurrentDbLimits> = {
  appendTimeoutMs: 60_000,
  readTimeoutMs: 60_000,
  connectTimeoutMs: 60_000,
  retryPauseMs: 10,
  clientLifeMinMs: 0,
};

/** For an append that the server does not answer; whatever else is asked for must be asked for until it is known. */
const impatient: Partial<KurrentDbLimits> = { ...patient, appendTimeoutMs: 1_000 };

let cluster: KurrentDbCluster;
let store: KurrentDbEventStore;
const opened: KurrentDbEventStore[] = [];

beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
  store = await open(patient);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await cluster.stop();
});

async function open(limits: Partial<KurrentDbLimits>): Promise<KurrentDbEventStore> {
  const each = await KurrentDbEventStore.open(cluster.url, { limits });
  opened.push(each);
  return each;
}

const notKnown: readonly string[] = ['outcome-unknown', 'store-unavailable'];

/** Sends the same until the store says what became of it. */
async function untilKnown<Answer>(append: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await append();
    } catch (error) {
      if (!notKnown.includes(eventStoreErrorCode(error) ?? '')) throw error;
    }
  }
}

async function readCode(append: Promise<unknown>): Promise<string> {
  return append.then(
    () => 'appended',
    (error: unknown) => eventStoreErrorCode(error) ?? String(error),
  );
}

/** The node fails the first so many appends in a way, then works. */
function failFirst(error: AppendError, times = 1): void {
  let left = times;
  cluster.node.findAppendError = () => {
    left -= 1;
    return left >= 0 ? error : undefined;
  };
}

async function readIds(reader: EventStore, stream: string): Promise<readonly string[]> {
  return (await reader.readStream(stream, 0, 1_000)).events.map(({ id }) => id);
}

describe('an append to KurrentDB whose outcome is not known', () => {
  const errors: readonly AppendError[] = [
    'commit-silently',
    'commit-then-drop',
    'commit-then-end',
    'silence',
    'drop',
    'time-out',
  ];
  it.each(errors)('stands once when it is sent again, after the server did this: %s', async (error) => {
    const sender = await open(impatient);
    const events = [anEvent('1'), anEvent('2')];
    failFirst(error);
    expect(await readCode(sender.append('a', NO_STREAM, events))).toBe('outcome-unknown');
    const { position } = await untilKnown(() => sender.append('a', NO_STREAM, events));
    const { events: stored, head } = await store.readStream('a', 0, 10);
    expect(stored.map(({ id }) => id)).toEqual([toId('1'), toId('2')]);
    expect(stored.at(-1)?.position).toBe(position);
    expect(head).toBe(1);
  });

  it('shuts out a late write at the same place by appending something else', async () => {
    const sender = await open(impatient);
    failFirst('silence');
    const late = [anEvent('late')];
    expect(await readCode(sender.append('a', NO_STREAM, late))).toBe('outcome-unknown');
    await untilKnown(() => sender.append('a', NO_STREAM, [anEvent('other')]));
    expect(await readCode(untilKnown(() => sender.append('a', NO_STREAM, late)))).toBe('revision-conflict');
    expect(await readIds(store, 'a')).toEqual([toId('other')]);
  });

  it('is not answered before it is replicated, sent again or not, and stands once when it is', async () => {
    const sender = await open(impatient);
    cluster.log.holdReplication();
    const events = [anEvent('1')];
    expect(await readCode(sender.append('a', NO_STREAM, events))).toBe('outcome-unknown');
    expect(notKnown).toContain(await readCode(sender.append('a', NO_STREAM, events)));
    expect(await readIds(store, 'a')).toEqual([]);
    cluster.log.releaseReplication();
    expect(await untilKnown(() => sender.append('a', NO_STREAM, events))).toMatchObject({ revision: 0 });
    expect(await readIds(store, 'a')).toEqual([toId('1')]);
  });

  it('is written when it is sent again after a new leader has thrown it away', async () => {
    const sender = await open(impatient);
    cluster.log.holdReplication();
    const events = [anEvent('1')];
    expect(await readCode(sender.append('a', NO_STREAM, events))).toBe('outcome-unknown');
    cluster.log.releaseReplication(1);
    expect(await readIds(store, 'a')).toEqual([]);
    expect(await untilKnown(() => sender.append('a', NO_STREAM, events))).toMatchObject({ revision: 0 });
  });

  it('gets its position by reading where the server does not say it', async () => {
    cluster.node.positionsAreSaid = false;
    const first = await store.append('a', NO_STREAM, [anEvent('1')]);
    expect(await store.append('a', NO_STREAM, [anEvent('1')])).toEqual(first);
  });
});

describe('a server that says nothing', () => {
  it('ends an append as unknown within its time limit, and a read as unavailable', async () => {
    const sender = await open({ ...impatient, readTimeoutMs: 400 });
    cluster.node.isSilent = true;
    const append = (name: string): Promise<unknown> => sender.append(name, NO_STREAM, [anEvent(name)]);
    expect(await readCode(append('a'))).toBe('outcome-unknown');
    expect(await readCode(append('b'))).toBe('outcome-unknown');
    expect(await readCode(sender.readStream('a', 0, 1))).toBe('store-unavailable');
    cluster.node.isSilent = false;
    expect(await readCode(untilKnown(() => append('a')))).toBe('appended');
    expect(await readIds(store, 'b')).toEqual([]);
  });

  it('is not opened', async () => {
    cluster.node.isSilent = true;
    expect(await readCode(open({ ...patient, connectTimeoutMs: 400 }))).toBe('store-unavailable');
  });
});

describe('an append to KurrentDB that was surely not written', () => {
  it('is sent again by itself when the server was not ready', async () => {
    failFirst('not-ready', 3);
    expect(await store.append('a', NO_STREAM, [anEvent('1')])).toMatchObject({ revision: 0 });
  });

  it('is given up when the server does not get ready', async () => {
    const sender = await open(impatient);
    failFirst('not-ready', Number.POSITIVE_INFINITY);
    expect(await readCode(sender.append('a', NO_STREAM, [anEvent('1')]))).toBe('store-unavailable');
  });

  it('waits while the server is gone for a moment', async () => {
    const sender = await open(impatient);
    await cluster.node.unlisten();
    await readCode(sender.append('a', NO_STREAM, [anEvent('1')]));
    const append = (): Promise<unknown> => sender.append('b', NO_STREAM, [anEvent('2')]);
    const appended = append();
    await cluster.node.listen();
    expect(['appended', 'store-unavailable']).toContain(await readCode(appended));
    expect(await readCode(untilKnown(append))).toBe('appended');
  });

  it('carries the head of the stream if another stands at its place', async () => {
    await store.append('a', NO_STREAM, [anEvent('1'), anEvent('2')]);
    await expect(store.append('a', NO_STREAM, [anEvent('x')])).rejects.toMatchObject({ actual: 1 });
    await expect(store.append('b', 4, [anEvent('x')])).rejects.toMatchObject({ actual: -1 });
  });

  it('is too large if the server takes less than we do', async () => {
    cluster.node.appendBytesMax = 1_000;
    const events = [anEvent('1', JSON.stringify('x'.repeat(2_000)))];
    expect(await readCode(store.append('a', NO_STREAM, events))).toBe('append-too-large');
  });

  const unstorable: readonly (readonly [string, Partial<NewEvent>])[] = [
    ['data with spaces', { data: '{ "a": 1 }' }],
    ['data with a number that is rounded', { data: '{"a":12345678901234567890}' }],
    ['metadata that is no object', { metadata: '[]' }],
    ['metadata with a hash of its own', { metadata: '{"hash":"x"}' }],
  ];
  it.each(unstorable)('is refused if its text would not come back as it is: %s', async (_, text) => {
    expect(await readCode(store.append('a', NO_STREAM, [{ ...anEvent('1'), ...text }]))).toBe('store-broken');
    expect(cluster.log.visible).toHaveLength(0);
  });
});

describe('many appends to KurrentDB at once', () => {
  it('are not disturbed by one that fails', async () => {
    await store.append('a', NO_STREAM, [anEvent('a')]);
    const streams = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 'a' : `b-${String(index)}`));
    const codes = await Promise.all(
      streams.map((stream) => readCode(store.append(stream, NO_STREAM, [anEvent(`${stream}-first`)]))),
    );
    expect(codes).toEqual(streams.map((stream) => (stream === 'a' ? 'revision-conflict' : 'appended')));
    expect(cluster.log.visible).toHaveLength(51);
  });

  it('may all be broken off while they are being sent, without ending the process', async () => {
    const child = new Child(
      `const store = await library.KurrentDbEventStore.open(argument, { limits: { appendTimeoutMs: 30000, connectTriesMax: 1 } });
       const data = JSON.stringify('x'.repeat(100000));
       const append = (n) => store.append('s-' + n, -1, [{ id: crypto.randomUUID(), type: 'x.v1', data, metadata: '{}', hash: 'h' }]);
       const codes = await Promise.all(Array.from({ length: 300 }, (_, n) => append(n).then(() => 'appended', ({ code }) => code)));
       console.log([...new Set(codes)].sort().join());
       await store.close();
       setImmediate(() => console.log('alive'));`,
      cluster.url,
    );
    cluster.node.readsNoAppends = true;
    await until(() => cluster.node.appendStreams > 1);
    await cluster.node.unlisten();
    expect(await child.rest()).toEqual(['outcome-unknown,store-unavailable', 'alive']);
  });
});

describe('the adapter', () => {
  it('is not loaded by who keeps the ledger in SQLite', async () => {
    const child = new Child(
      `const { createRequire } = await import('node:module');
       const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('@kurrent'));
       console.log(loaded());
       const store = await library.KurrentDbEventStore.open(argument);
       console.log(loaded());
       await store.close();`,
      cluster.url,
    );
    expect(await child.rest()).toEqual(['false', 'true']);
  });

  it('refuses a connection string with which the client would lie, and prefixes of the server’s own', async () => {
    await expect(KurrentDbEventStore.open(`${cluster.url}&throwOnAppendFailure=false`)).rejects.toThrow('must not');
    await expect(KurrentDbEventStore.open(cluster.url, { streamPrefix: '$holdfast' })).rejects.toThrow('prefix');
  });

  it('keeps ledgers apart that share a server', async () => {
    const other = await KurrentDbEventStore.open(cluster.url, { streamPrefix: 'another.', limits: patient });
    await store.append('a', NO_STREAM, [anEvent('1')]);
    await other.append('a', NO_STREAM, [anEvent('2')]);
    expect((await store.readAll(BEGINNING, 10)).events).toMatchObject([{ id: toId('1'), stream: 'a' }]);
    expect((await other.readAll(BEGINNING, 10)).events).toMatchObject([{ id: toId('2'), stream: 'a' }]);
    expect(cluster.log.visible.map(({ stream }) => stream)).toEqual(['holdfast.a', 'another.a']);
    await other.close();
  });
});
