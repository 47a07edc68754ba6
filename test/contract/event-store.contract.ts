import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { BEGINNING, type EventStore, eventStoreErrorCode, type NewEvent, NO_STREAM } from '#application/ports';
import { paymentStream } from '#domain';

/** The id of the event of that name: a UUID, as some engines take nothing else. */
export function toId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An event of no particular kind. */
export function anEvent(name: string, data = '{}'): NewEvent {
  return { id: toId(name), type: 'something-happened.v1', data, metadata: '{}', hash: name };
}

async function readCode(append: Promise<unknown>): Promise<string | undefined> {
  return append.then(
    () => undefined,
    (error: unknown) => eventStoreErrorCode(error),
  );
}

/** What every event store must keep, whatever engine it runs on. */
export function eventStoreContract<Store extends EventStore>(
  name: string,
  open: () => Promise<Store>,
  close: (store: Store) => Promise<void>,
): void {
  const onStore = (title: string, test: (store: EventStore) => Promise<void>): void => {
    it(title, async () => {
      const store = await open();
      try {
        await test(store);
      } finally {
        await close(store);
      }
    });
  };

  describe(name, () => {
    onStore('gives revisions without gaps and refuses any other expected revision', async (store) => {
      expect(await store.append('a', NO_STREAM, [anEvent('1'), anEvent('2')])).toMatchObject({ revision: 1 });
      expect(await store.append('a', 1, [anEvent('3')])).toMatchObject({ revision: 2 });
      expect(await readCode(store.append('a', 0, [anEvent('4')]))).toBe('revision-conflict');
      expect(await readCode(store.append('a', 7, [anEvent('4')]))).toBe('revision-conflict');
      expect(await readCode(store.append('a', NO_STREAM, [anEvent('4')]))).toBe('revision-conflict');
      const { events, head } = await store.readStream('a', 0, 10);
      expect(events.map(({ revision, id }) => [revision, id])).toEqual([
        [0, toId('1')],
        [1, toId('2')],
        [2, toId('3')],
      ]);
      expect(head).toBe(2);
    });

    onStore('answers the very same append again as the first time, and writes nothing', async (store) => {
      const events = [anEvent('1'), anEvent('2')];
      const first = await store.append('a', NO_STREAM, events);
      await store.append('a', 1, [anEvent('3')]);
      expect(await store.append('a', NO_STREAM, events)).toEqual(first);
      expect(await readCode(store.append('a', NO_STREAM, [anEvent('1'), anEvent('x')]))).toBe('revision-conflict');
      expect((await store.readAll(BEGINNING, 10)).events).toHaveLength(3);
    });

    onStore('lets one of many appends at one revision win', async (store) => {
      const codes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => readCode(store.append('a', NO_STREAM, [anEvent(String(index))]))),
      );
      expect(codes.filter((code) => code === undefined)).toHaveLength(1);
      expect(codes.filter((code) => code === 'revision-conflict')).toHaveLength(19);
    });

    onStore(
      'keeps a stream apart for each transaction of a channel, whatever their ids, and one claim in each',
      async (store) => {
        const ids = ['T-1', 'T.1~_', '-', '~', 'a'.repeat(64), 'a'.repeat(63), '%41', '交易 1/2', 'T-1/', '..'];
        const pairs = ids.flatMap((id) =>
          ['reference', 'reference-T', 'b/', '-'].map((channel) => [channel, id] as const),
        );
        const streams = pairs.map(([channel, id]) => paymentStream(channel, id));
        const claims = streams.flatMap((stream, index) =>
          [`${String(index)}-here`, `${String(index)}-there`].map((name) => [stream, name] as const),
        );
        const codes = await Promise.all(
          claims.map(([stream, name]) => readCode(store.append(stream, NO_STREAM, [anEvent(name)]))),
        );
        expect(codes.filter((code) => code === undefined)).toHaveLength(pairs.length);
        expect(codes.filter((code) => code === 'revision-conflict')).toHaveLength(pairs.length);
        const kept = await store.readAll(BEGINNING, 1_000);
        expect(kept.events.map(({ stream }) => stream).sort()).toEqual([...streams].sort());
        expect(new Set(streams).size).toBe(pairs.length);
      },
    );

    onStore('appends to many streams at once, and says of each what became of it', async (store) => {
      const first = await store.append('a', NO_STREAM, [anEvent('a0')]);
      const sent = [
        { stream: 'b', expected: NO_STREAM, events: [anEvent('b0'), anEvent('b1')] },
        { stream: 'c', expected: 4, events: [anEvent('c5')] },
        { stream: 'a', expected: NO_STREAM, events: [anEvent('a0')] },
        { stream: 'd', expected: NO_STREAM, events: [] },
        { stream: 'e', expected: NO_STREAM, events: [anEvent('e0')] },
      ];
      const outcomes = await store.appendAll(sent);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'conflict', 'appended', 'too-large', 'appended']);
      expect(outcomes[1]).toMatchObject({ cause: { code: 'revision-conflict' } });
      expect(outcomes[2]).toEqual({ kind: 'appended', appended: first });
      const log = (await store.readAll(BEGINNING, 10)).events;
      expect(log.map(({ stream }) => stream).sort()).toEqual(['a', 'b', 'b', 'e']);
      for (const [index, stream, revision] of [
        [0, 'b', 1],
        [4, 'e', 0],
      ] as const) {
        const position = log.find((event) => event.stream === stream && event.revision === revision)?.position;
        expect(outcomes[index]).toEqual({ kind: 'appended', appended: { revision, position } });
      }
      expect(await store.appendAll([])).toEqual([]);
    });

    onStore('refuses an append that is too large, whole', async (store) => {
      const many = Array.from({ length: 1_025 }, (_, index) => anEvent(String(index)));
      expect(await readCode(store.append('a', NO_STREAM, many))).toBe('append-too-large');
      const big = anEvent('big', JSON.stringify('x'.repeat(512 * 1024)));
      expect(await readCode(store.append('a', NO_STREAM, [big]))).toBe('append-too-large');
      expect(await store.readStream('a', 0, 10)).toEqual({ events: [], head: -1 });
    });

    onStore('keeps texts byte for byte', async (store) => {
      const data = JSON.stringify({ text: '认证 \u2028 "\\ 😀 é', empty: '' });
      await store.append('a', NO_STREAM, [anEvent('1', data)]);
      expect((await store.readStream('a', 0, 1)).events[0]?.data).toBe(data);
    });

    onStore('reads any part of a long stream, and the whole log in one order', async (store) => {
      let head = NO_STREAM;
      for (let append = 0; append < 60; append += 1) {
        const events = Array.from({ length: 1 + ((append * 7) % 40) }, (_, i) =>
          anEvent(`${String(append)}-${String(i)}`),
        );
        ({ revision: head } = await store.append('long', head, events));
        await store.append(`other-${String(append)}`, NO_STREAM, [anEvent(`o${String(append)}`)]);
      }
      for (const from of [0, 1, 255, 256, 257, 600, head - 1, head, head + 1]) {
        const { events } = await store.readStream('long', from, 100);
        const revisions = events.map(({ revision }) => revision);
        expect(revisions).toEqual(
          Array.from({ length: Math.max(0, Math.min(100, head + 1 - from)) }, (_, i) => from + i),
        );
      }
      const all: string[] = [];
      let position = BEGINNING;
      for (let atEnd = false; !atEnd;) {
        const page = await store.readAll(position, 37);
        all.push(...page.events.map((event) => event.position));
        ({ position, atEnd } = page);
      }
      expect(all).toHaveLength(head + 1 + 60);
      expect(all).toEqual([...all].sort());
      expect(new Set(all).size).toBe(all.length);
    });

    onStore('ends a page early by the size of its texts, never empty, and reads on from there', async (store) => {
      const data = JSON.stringify('x'.repeat(1_000));
      let head = NO_STREAM;
      for (const size of [1, 5, 2, 1, 7]) {
        const events = Array.from({ length: size }, (_, i) => anEvent(`${String(head)}-${String(i)}`, data));
        ({ revision: head } = await store.append('a', head, events));
      }
      const sizes: number[] = [];
      const revisions: number[] = [];
      for (let atEnd = false; !atEnd;) {
        const page = await store.readStream('a', revisions.length, 100, 3 * data.length);
        revisions.push(...page.events.map(({ revision }) => revision));
        sizes.push(page.events.length);
        atEnd = revisions.length > page.head;
      }
      expect(revisions).toEqual(Array.from({ length: head + 1 }, (_, revision) => revision));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
      expect((await store.readStream('a', 3, 100, 1)).events).toHaveLength(1);
      const all: string[] = [];
      let position = BEGINNING;
      for (let atEnd = false; !atEnd;) {
        const page = await store.readAll(position, 100, 3 * data.length);
        expect(page.events.length).toBeLessThanOrEqual(3);
        all.push(...page.events.map(({ id }) => id));
        ({ position, atEnd } = page);
      }
      expect(all).toEqual((await store.readStream('a', 0, 100)).events.map(({ id }) => id));
    });

    onStore('tells a subscriber everything after its position, in order, until it is told to stop', async (store) => {
      await store.append('a', NO_STREAM, [anEvent('1'), anEvent('2')]);
      const first = (await store.readAll(BEGINNING, 1)).position;
      const stop = new AbortController();
      const seen: string[] = [];
      const ended = store.subscribe(
        first,
        async ({ events, caughtUp }) => {
          seen.push(...events.map(({ id }) => id));
          if (caughtUp && seen.length === 1) await store.append('b', NO_STREAM, [anEvent('3'), anEvent('4')]);
          if (seen.length >= 3) stop.abort();
        },
        stop.signal,
      );
      await ended;
      expect(seen).toEqual([toId('2'), toId('3'), toId('4')]);
    });

    onStore('lets a subscriber’s failure end the subscription', async (store) => {
      const failing = store.subscribe(BEGINNING, () => Promise.reject(new Error('no')), new AbortController().signal);
      await expect(failing).rejects.toThrow('no');
    });
  });
}
