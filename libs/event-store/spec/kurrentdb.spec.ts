import { randomUUID } from 'node:crypto';
import { KurrentDbEventStore } from '#event-store';
import { eventStoreContract } from '../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../test/support/kurrentdb-server/cluster.ts';

const clusters = new Map<KurrentDbEventStore, KurrentDbCluster>();

eventStoreContract(
  'the event store on the protocol of KurrentDB',
  async () => {
    const cluster = await KurrentDbCluster.start();
    const store = await KurrentDbEventStore.open(cluster.url, { streamPrefix: `test-${randomUUID()}.` });
    clusters.set(store, cluster);
    return store;
  },
  async (store) => {
    await store.close();
    await clusters.get(store)?.stop();
  },
);
