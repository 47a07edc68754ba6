import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { KurrentDbEventStore } from '#event-store';
import { eventStoreContract } from '../../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';

/*
 * The contract runs against the test server, which speaks the protocol, and against a real server too if KURRENTDB_URL
 * names one. Which of them ran is said on the terminal, since the one is no proof for the other.
 */

const realUrl = process.env['KURRENTDB_URL'] ?? '';
/** A real one flushes each append to disk and replicates it, and reads past everything else that is in it. */
const realServerTestMs = 60_000;

/** Every test has streams of its own, in a real server for good. */
function openApart(url: string): Promise<KurrentDbEventStore> {
  return KurrentDbEventStore.open(url, { streamPrefix: `holdfast-test-${randomUUID()}.` });
}

const clusters = new Map<KurrentDbEventStore, KurrentDbCluster>();

for (const hasBatchAppend of [true, false]) {
  eventStoreContract(
    `the event store on the protocol of KurrentDB, ${hasBatchAppend ? 'appends in one stream' : 'a call for each append'}`,
    async () => {
      const cluster = await KurrentDbCluster.start();
      cluster.node.hasBatchAppend = hasBatchAppend;
      const store = await openApart(cluster.url);
      clusters.set(store, cluster);
      return store;
    },
    async (store) => {
      await store.close();
      await clusters.get(store)?.stop();
    },
  );
}

if (realUrl === '') {
  process.stderr.write('KurrentDB: the contract ran on the TEST SERVER only; KURRENTDB_URL names no real one.\n');
}

if (realUrl !== '') {
  const address = realUrl.replace(/\/\/[^@/]*@/, '//').replace(/[?].*$/, '');
  process.stderr.write(`KurrentDB: the contract runs on the test server AND on the REAL one at ${address}.\n`);
  jest.setTimeout(realServerTestMs);
  eventStoreContract(
    `the event store on the real KurrentDB at ${address}`,
    () => openApart(realUrl),
    (store) => store.close(),
  );
}
