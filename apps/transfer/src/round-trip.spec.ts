import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING } from '#application/ports';
import { KurrentDbEventStore, SqliteEventStore } from '#event-store';
import { scenarioDirectory } from '../../../test/support/driven-store.ts';
import type { Append } from '../../../test/support/kurrentdb-server/appending.ts';
import { KurrentDbCluster } from '../../../test/support/kurrentdb-server/cluster.ts';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { chained, commandLine, readStreams, streamsIn, write } from '../testing/ledgers.ts';

let scenario: string;
let cluster: KurrentDbCluster;

beforeAll(async () => {
  scenario = await scenarioDirectory();
});
beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
});
afterEach(async () => {
  await cluster.stop();
});

async function eventsIn(directory: string): Promise<number> {
  return Object.values(await readStreams(directory)).flat().length;
}

describe('a ledger that goes from SQLite to KurrentDB and back', () => {
  it('is the same to the letter, in every stream', async () => {
    const count = await eventsIn(scenario);
    const streams = Object.keys(await readStreams(scenario)).length;
    const verified = `verified: ${String(count)} events in ${String(streams)} streams, 0 findings\n`;
    const said = { code: 0, out: `copied: ${String(count)} events\n${verified}`, errors: '' };
    const back = scratchDirectory();
    expect(await commandLine(['--from', scenario, '--to', cluster.url])).toEqual(said);
    expect(await commandLine(['--from', 'kurrentdb', '--to', back], cluster.url)).toEqual(said);
    expect(await readStreams(back)).toEqual(await readStreams(scenario));
    const compared = await commandLine(['--from', scenario, '--to', back, '--verify-only']);
    expect(compared).toEqual({ code: 0, out: verified, errors: '' });
  });

  it('stands in KurrentDB as the service looks for it, and another ledger beside it', async () => {
    await commandLine(['--from', scenario, '--to', cluster.url]);
    const other = scratchDirectory();
    const store = await SqliteEventStore.open(join(other, 'events.db'));
    await write(store, 'account-acme', chained('account-acme', 3));
    await store.close();
    expect(await commandLine(['--from', other, '--to', cluster.url, '--namespace', 'other'])).toMatchObject({
      code: 0,
    });
    // As a service finds it that has the name in its environment.
    const named = await commandLine(['--from', other, '--to', cluster.url, '--verify-only'], undefined, 'other');
    expect(named).toMatchObject({ code: 0 });
    for (const [directory, streamPrefix] of [
      [scenario, 'holdfast.'],
      [other, 'other.'],
    ] as const) {
      const found = await KurrentDbEventStore.open(cluster.url, { streamPrefix });
      expect(await streamsIn(found)).toEqual(await readStreams(directory));
      await found.close();
    }
  });

  it('keeps its order across streams, but for a page', async () => {
    const [from, to] = [scratchDirectory(), scratchDirectory()];
    const store = await SqliteEventStore.open(join(from, 'events.db'));
    for (let account = 0; account < 30; account += 1) {
      await write(store, `account-${String(account)}`, chained(`account-${String(account)}`, 100));
    }
    await store.close();
    expect(await commandLine(['--from', from, '--to', to])).toMatchObject({ code: 0 });
    const copy = SqliteEventStore.openReadOnly(join(to, 'events.db'));
    const { events } = await copy.readAll(BEGINNING, 10_000);
    copy.close();
    const readPage = ({ stream }: { stream: string }): number => Math.floor(Number(stream.slice(8)) / 10);
    expect(events.map(readPage)).toEqual([...events].map(readPage).sort());
  });

  it('is the same although appends were not answered, some written and some not', async () => {
    const once = new Set<string>();
    const errors = ['commit-then-drop', 'drop', 'time-out', 'commit-then-end', 'not-ready'] as const;
    cluster.node.findAppendError = ({ stream, expected }: Append) => {
      const place = `${stream} ${String(expected)}`;
      if (once.has(place)) return undefined;
      once.add(place);
      return errors[once.size % 15];
    };
    expect(await commandLine(['--from', scenario, '--to', cluster.url])).toMatchObject({ code: 0, errors: '' });
    expect(once.size).toBeGreaterThan(3);
    const back = scratchDirectory();
    await commandLine(['--from', cluster.url, '--to', back]);
    expect(await readStreams(back)).toEqual(await readStreams(scenario));
  });
});
