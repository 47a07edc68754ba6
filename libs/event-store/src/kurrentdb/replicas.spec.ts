import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountStream, decodeEvent } from '#domain';
import { KurrentDbEventStore } from '#event-store';
import { start } from '../../../../test/support/account-driver.ts';
import { deposit, freeze, openAccount, settle } from '../../../../test/support/commands.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import { asked, HandClock, outcome, Replica } from '../../../../test/support/replica.ts';

const replicasMax = 3;

let cluster: KurrentDbCluster;
let stores: readonly KurrentDbEventStore[];
let replicas: readonly Replica[];

beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
  stores = await Promise.all(
    Array.from({ length: replicasMax }, () =>
      KurrentDbEventStore.open(cluster.url, { limits: { appendTimeoutMs: 1_000 } }),
    ),
  );
  const clock = new HandClock(start);
  const limits = { conflictTriesMax: 1_000, resendPauseMs: 5, resendTriesMax: 10 };
  replicas = stores.map((store) => new Replica(store, clock, { soleWriter: false, limits }));
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await cluster.stop();
});

async function ask(index: number, command: Parameters<typeof asked>[0]): Promise<string> {
  const replica = replicas[index % replicasMax];
  if (replica === undefined) throw new RangeError('there are replicas');
  return outcome(await replica.lanes.run('acme', asked(command)));
}

describe('three replicas over one KurrentDB that answers every third append too late or not at all', () => {
  it('open exactly as many holds as there is money for, and end each once', async () => {
    await ask(0, openAccount('acme'));
    await ask(0, deposit('d0', '10'));
    let appends = 0;
    let errors = 0;
    cluster.node.findAppendError = () => {
      appends += 1;
      if (appends % 3 !== 0) return undefined;
      errors += 1;
      return errors % 2 === 0 ? 'commit-silently' : 'commit-then-drop';
    };
    const holds = Array.from({ length: 20 }, (_, index) => `h${String(index)}`);
    const frozen = await Promise.all(holds.map((hold, index) => ask(index, freeze(hold))));
    await Promise.all(holds.flatMap((hold, index) => [ask(index, settle(hold)), ask(index + 1, settle(hold))]));
    const [store] = stores;
    const { events } = (await store?.readStream(accountStream('acme'), 0, 1_000)) ?? { events: [] };
    const types = events.map(({ type, data }) => decodeEvent(type, data).type);
    const opened = types.filter((type) => type === 'funds-frozen.v1').length;
    expect(frozen.filter((one) => one === 'done').length).toBe(opened);
    expect(types.filter((type) => type.startsWith('hold-settled')).length).toBe(opened);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(opened).toBe(10);
    expect(errors).toBeGreaterThan(1);
  });
});
