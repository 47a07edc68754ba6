import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Appended, BEGINNING, eventStoreErrorCode, type NewEvent, NO_STREAM } from '#application/ports';
import { KurrentDbEventStore, type KurrentDbLimits } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import type { KurrentDbNode } from '../../../../test/support/kurrentdb-server/node.ts';
import { until } from '../../../../test/support/until.ts';

const limits: Partial<KurrentDbLimits> = {
  appendTimeoutMs: 500,
  // The client takes half a second to turn to the leader.
  readTimeoutMs: 2_000,
  retryPauseMs: 10,
  retryPauseMaxMs: 100,
};
const streams = 20;
const appendsEach = 30;
/** So often a lane would give up; here it goes on until the cluster has settled. */
const triesMax = 200;

let cluster: KurrentDbCluster;
let store: KurrentDbEventStore;

beforeEach(async () => {
  cluster = await KurrentDbCluster.start(3);
  store = await KurrentDbEventStore.open(cluster.url, { limits });
});

afterEach(async () => {
  await store.close();
  await cluster.stop();
});

/** Sends the same events at the same revision until the store says yes. */
async function appendAtLast(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.append(stream, expected, events);
    } catch (error) {
      const code = eventStoreErrorCode(error);
      if (tries === triesMax || (code !== 'outcome-unknown' && code !== 'store-unavailable')) throw error;
    }
  }
}

/** Elects another leader: what is not replicated is lost in part, and connections break or not. */
function elect(next: KurrentDbNode, lost: number, breaks: boolean): void {
  const { leader } = cluster;
  cluster.leader = next;
  cluster.log.releaseReplication(lost);
  if (breaks) leader?.dropConnections();
}

describe('a KurrentDB cluster that changes its leader under load', () => {
  it('loses nothing that was answered, and doubles nothing', async () => {
    const answered: string[] = [];
    const load = Array.from({ length: streams }, async (_, stream) => {
      let head = NO_STREAM;
      for (let append = 0; append < appendsEach; append += 1) {
        const name = `${String(stream)}-${String(append)}`;
        ({ revision: head } = await appendAtLast(`s-${String(stream)}`, head, [anEvent(name), anEvent(`${name}+`)]));
        answered.push(name);
      }
    });
    const seen: string[] = [];
    const stop = new AbortController();
    const ended = store.subscribe(
      BEGINNING,
      ({ events }) => {
        seen.push(...events.map(({ hash }) => hash));
        return Promise.resolve();
      },
      stop.signal,
    );
    for (const [turn, at] of [60, 150, 240, 330, 420, 510].entries()) {
      await until(() => answered.length >= at);
      cluster.log.holdReplication();
      await until(() => cluster.log.heldBack > 3);
      const next = cluster.nodes[(turn + 1) % cluster.nodes.length];
      if (next !== undefined) elect(next, turn % 3, turn % 2 === 0);
    }
    await Promise.all(load);
    await until(() => seen.length >= 2 * streams * appendsEach);
    stop.abort();
    await ended;

    expect(answered).toHaveLength(streams * appendsEach);
    for (let stream = 0; stream < streams; stream += 1) {
      const { events } = await store.readStream(`s-${String(stream)}`, 0, 1_000);
      const expected = Array.from({ length: appendsEach }, (_, append) => `${String(stream)}-${String(append)}`);
      expect(events.map(({ hash }) => hash)).toEqual(expected.flatMap((name) => [name, `${name}+`]));
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('is read from its leader, whoever that is', async () => {
    await store.append('a', NO_STREAM, [anEvent('1')]);
    for (const leader of cluster.nodes) {
      cluster.leader = leader;
      expect(await store.readStream('a', 0, 10)).toMatchObject({ head: 0 });
    }
  });

  it('is followed from one node that was named to the leader that it names', async () => {
    const [, follower] = cluster.nodes;
    const alone = await KurrentDbEventStore.open(`kurrentdb://${String(follower?.address)}?tls=false`, { limits });
    const events = [anEvent('1')];
    await alone.append('a', NO_STREAM, events).catch((error: unknown) => {
      expect(eventStoreErrorCode(error)).toBe('outcome-unknown');
    });
    expect(await alone.append('a', NO_STREAM, events)).toMatchObject({ revision: 0 });
    expect(await alone.readStream('a', 0, 10)).toMatchObject({ head: 0 });
    await alone.close();
  });
});
