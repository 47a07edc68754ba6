import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, NO_STREAM, type Position, type SubscriptionPage } from '#application/ports';
import { KurrentDbEventStore, type KurrentDbLimits } from '#event-store';
import { anEvent, toId } from '../../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import { until } from '../../../../test/support/until.ts';

const limits: Partial<KurrentDbLimits> = { retryPauseMs: 5, retryPauseMaxMs: 20, readTimeoutMs: 1_000 };

const triesMax = 30;

let cluster: KurrentDbCluster;
let store: KurrentDbEventStore;

beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
  store = await KurrentDbEventStore.open(cluster.url, { limits });
});

afterEach(async () => {
  await store.close();
  await cluster.stop();
});

/** An event that stands in the server without having gone through the store. */
function write(stream: string, name: string, metadata = '{}'): void {
  const facts = { id: toId(name), type: 'x', contentType: 'application/json', data: Buffer.from('{}') };
  const expected = cluster.log.stream(stream).length - 1;
  cluster.log.append(stream, expected, [{ ...facts, metadata: Buffer.from(metadata) }]);
}

/** Somebody else's events in the same server. */
function writeForeign(count: number): void {
  for (let index = 0; index < count; index += 1) write('somebody-else', `foreign-${String(index)}`);
}

function streamName(index: number): string {
  return `event-${String(index)}`;
}

/** Names of our events up to a position. */
function namesUpTo(position: Position): readonly string[] {
  const commit = position === BEGINNING ? -1n : BigInt(`0x${position.slice(0, 16)}`);
  const ours = cluster.log.visible.filter((event) => event.stream.startsWith('holdfast.') && event.position <= commit);
  return ours.map(({ metadata }) => (JSON.parse(Buffer.from(metadata).toString()) as { hash: string }).hash);
}

describe('a subscription to KurrentDB', () => {
  it('survives dropped connections without a gap and without a double', async () => {
    const total = 300;
    const seen: string[] = [];
    const stop = new AbortController();
    const ended = store.subscribe(
      BEGINNING,
      async ({ events, position }) => {
        seen.push(...events.map(({ hash }) => hash));
        // Nothing up to the position of a page may still be missing: it is where the next start would go on.
        expect(seen).toEqual(namesUpTo(position));
        await Promise.resolve();
        if (seen.length >= total) stop.abort();
      },
      stop.signal,
    );
    const writer = await KurrentDbEventStore.open(cluster.url, { limits });
    for (let index = 0; index < total; index += 1) {
      const stream = `s-${String(index % 7)}`;
      await atLast(() => writer.append(stream, Math.floor(index / 7) - 1, [anEvent(streamName(index))]));
      writeForeign(index % 3);
      if (index % 25 === 24) cluster.node.dropConnections();
    }
    await ended;
    await writer.close();
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => streamName(index)));
    expect(cluster.node.subscriptions).toBeGreaterThan(1);
  });

  it('never says a position that lies beyond an event that it has not delivered, however slow the reader is', async () => {
    const total = 3_000;
    for (let index = 0; index < total; index += 1) {
      write('holdfast.a', streamName(index), JSON.stringify({ hash: streamName(index) }));
      writeForeign(1);
    }
    const seen: string[] = [];
    let isFirst = true;
    const stop = new AbortController();
    await store.subscribe(
      BEGINNING,
      async (page) => {
        seen.push(...page.events.map(({ hash }) => hash));
        expect(seen).toEqual(namesUpTo(page.position));
        if (page.caughtUp) expect(seen).toHaveLength(total);
        // Long enough for everything to come that fits into the buffers on the way.
        for (let turn = 0; isFirst && turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        isFirst = false;
        if (page.caughtUp) stop.abort();
      },
      stop.signal,
    );
    expect(seen).toHaveLength(total);
  });

  it('goes from where any of its pages ended, without a gap and without a double', async () => {
    await store.append(
      'a',
      NO_STREAM,
      Array.from({ length: 700 }, (_, index) => anEvent(streamName(index))),
    );
    const seen: string[] = [];
    for (let position = BEGINNING; seen.length < 700;) {
      const stop = new AbortController();
      await store.subscribe(
        position,
        (page) => {
          seen.push(...page.events.map(({ hash }) => hash));
          ({ position } = page);
          if (page.events.length > 0) stop.abort();
          return Promise.resolve();
        },
        stop.signal,
      );
    }
    expect(seen).toEqual(Array.from({ length: 700 }, (_, index) => streamName(index)));
  });

  it('moves on past the events of others, which are none of ours', async () => {
    const pages: SubscriptionPage[] = [];
    const stop = new AbortController();
    const ended = store.subscribe(
      BEGINNING,
      (page) => {
        pages.push(page);
        return Promise.resolve();
      },
      stop.signal,
    );
    await until(() => pages.some(({ caughtUp }) => caughtUp));
    writeForeign(100);
    await until(() => pages.some(({ position }) => position !== BEGINNING));
    stop.abort();
    await ended;
    expect(pages.flatMap(({ events }) => events)).toEqual([]);
    expect(pages.at(-1)?.caughtUp).toBe(true);
  });

  it('is restarted when nothing has been heard for too long, and says so', async () => {
    const troubles: string[] = [];
    const nervous = await KurrentDbEventStore.open(cluster.url, {
      limits: { ...limits, quietMaxMs: 50 },
      onTrouble: (what) => troubles.push(what),
    });
    cluster.node.isSilent = true;
    const seen: string[] = [];
    const stop = new AbortController();
    const ended = nervous.subscribe(
      BEGINNING,
      ({ events }) => {
        seen.push(...events.map(({ hash }) => hash));
        return Promise.resolve();
      },
      stop.signal,
    );
    await until(() => cluster.node.subscriptions > 3);
    expect(troubles.length).toBeGreaterThan(0);
    // Three of them have waited in vain, one after the other.
    expect(nervous.subscriptionQuietMs).toBeGreaterThanOrEqual(150);
    cluster.node.isSilent = false;
    await store.append('a', NO_STREAM, [anEvent('1')]);
    await until(() => seen.length > 0);
    stop.abort();
    await ended;
    await nervous.close();
    expect(seen).toEqual(['1']);
    expect(nervous.subscriptionQuietMs).toBe(0);
  });

  it('hands out what somebody else wrote into our streams, with a hash that cannot be right', async () => {
    write('holdfast.a', 'theirs');
    const { events } = await store.readAll(BEGINNING, 10);
    expect(events).toMatchObject([{ stream: 'a', data: '{}', metadata: '{}', hash: '' }]);
  });

  it('ends when the store is closed', async () => {
    const ended = store.subscribe(BEGINNING, () => Promise.resolve(), new AbortController().signal);
    await store.close();
    await ended;
  });
});

/** Tries again, as a lane does: what is asked here is safe to ask twice. */
async function atLast<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === triesMax) throw error;
    }
  }
}
