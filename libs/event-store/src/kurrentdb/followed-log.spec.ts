import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, NO_STREAM, type Position } from '#application/ports';
import { KurrentDbEventStore } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import { until } from '../../../../test/support/until.ts';
import { FollowedLog } from './followed-log.ts';

const prefix = 'holdfast.';

let cluster: KurrentDbCluster;
let store: KurrentDbEventStore;
let log: FollowedLog;
let news: number;

beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
  store = await KurrentDbEventStore.open(cluster.url, { streamPrefix: prefix });
  news = 0;
  const onNews = (): void => {
    news += 1;
  };
  log = await FollowedLog.open(cluster.url, prefix, onNews, { retryPauseMs: 10, retryPauseMaxMs: 50 });
});

afterEach(async () => {
  await log.close();
  await store.close();
  await cluster.stop();
});

async function append(from: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => anEvent(String(from + index)));
  await store.append('a', from === 0 ? NO_STREAM : from - 1, events);
}

/** Reads until so many events have come; returns their revisions and where the last page ended. */
async function read(
  after: Position,
  count: number,
  limit: number,
): Promise<{ revisions: number[]; position: Position }> {
  const revisions: number[] = [];
  let position = after;
  await until(async () => {
    const page = await log.readAll(position, limit);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    revisions.push(...page.events.map(({ revision }) => revision));
    ({ position } = page);
    return revisions.length >= count && page.atEnd;
  });
  return { revisions, position };
}

function upTo(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

describe('a log that is followed for a reader', () => {
  it('is read page by page to its end, and on from there when there is news', async () => {
    await append(0, 20);
    const first = await read(BEGINNING, 20, 7);
    expect(first.revisions).toEqual(upTo(20));
    const told = news;
    await append(20, 5);
    await until(() => news > told);
    expect((await read(first.position, 5, 7)).revisions).toEqual(upTo(5, 20));
  });

  it('has every event once although its connections break, and says what was wrong until it is well again', async () => {
    await append(0, 10);
    const { position } = await read(BEGINNING, 10, 100);
    expect(log.trouble).toBeUndefined();
    await cluster.node.unlisten();
    await until(() => log.trouble !== undefined);
    await cluster.node.listen();
    await until(() =>
      append(10, 10).then(
        () => true,
        () => false,
      ),
    );
    expect((await read(position, 10, 100)).revisions).toEqual(upTo(10, 10));
    expect(log.trouble).toBeUndefined();
  });

  it('can be closed while the server says nothing', async () => {
    cluster.node.isSilent = true;
    const page = await log.readAll(BEGINNING, 10);
    expect(page).toMatchObject({ events: [], atEnd: false });
    await log.close();
  });
});
