import { afterEach, it } from '@jest/globals';
import { Fleet } from '../support/fleet.ts';
import { FleetTraffic } from '../support/fleet-traffic.ts';
import type { KurrentDbCluster } from '../support/kurrentdb-server/cluster.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

const accounts = ['acme', 'beta', 'core'];
const clientCount = 8;
const elections = 4;

let fleet: Fleet;

afterEach(async () => {
  await fleet.close();
});

async function underLoad(): Promise<{ readonly cluster: KurrentDbCluster; readonly traffic: FleetTraffic }> {
  fleet = await Fleet.open('broken kurrentdb');
  for (let count = 0; count < 2; count += 1) await fleet.addLedger();
  await fleet.openAccounts(accounts);
  const { cluster } = fleet;
  if (cluster === undefined) throw new TypeError('the fleet works on the protocol-level KurrentDB');
  return { cluster, traffic: new FleetTraffic(fleet, accounts, clientCount) };
}

/** What was not replicated is lost in part, and connections break or not. */
async function elect(cluster: KurrentDbCluster, turn: number): Promise<void> {
  cluster.log.holdReplication();
  await until(() => cluster.log.heldBack > 0);
  const before = cluster.leader;
  cluster.leader = cluster.nodes[(turn + 1) % cluster.nodes.length];
  cluster.log.releaseReplication(turn % 2);
  if (turn % 2 === 0) before?.dropConnections();
}

describe('ledgers on a KurrentDB', () => {
  it('that changes its leader under load lose nothing and double nothing', async () => {
    const { cluster, traffic } = await underLoad();
    for (let turn = 0; turn < elections; turn += 1) {
      await traffic.goesOn();
      await elect(cluster, turn);
    }
    await traffic.goesOn();
    await traffic.stop();
    await traffic.expectAllOnce();
  });

  it('that writes and never answers double nothing', async () => {
    const { cluster, traffic } = await underLoad();
    const left = ['commit-silently', 'commit-then-drop', 'silence', 'commit-then-end'] as const;
    for (const error of left) {
      await traffic.goesOn();
      let isHit = false;
      for (const node of cluster.nodes) {
        node.findAppendError = () => {
          if (isHit) return undefined;
          isHit = true;
          return error;
        };
      }
      await until(() => isHit);
    }
    await traffic.goesOn();
    await traffic.stop();
    await traffic.expectAllOnce();
  });
});
