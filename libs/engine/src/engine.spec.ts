import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application';
import { type Engine, openEngine } from '#engine';
import { KurrentDbEventStore } from '#event-store';
import { makeLogger, readConfig } from '#runtime';
import { anEvent } from '../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../test/support/kurrentdb-server/cluster.ts';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { until } from '../../../test/support/until.ts';

let cluster: KurrentDbCluster;
let directory: string;
let engine: Engine;

beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
  directory = scratchDirectory();
  const config = readConfig({ KURRENTDB_URL: cluster.url, HOLDFAST_DATA_DIR: directory, HOLDFAST_NAMESPACE: 'test' });
  engine = await openEngine(config, makeLogger('silent'), (cause) => {
    throw cause;
  });
  await engine.start();
});

afterEach(async () => {
  await engine.close();
  await cluster.stop();
});

describe('an engine on KurrentDB', () => {
  it('says so when the server does not answer any more, and no longer once it does', async () => {
    expect(engine.storeError()).toBeUndefined();
    await cluster.node.unlisten();
    await until(() => engine.storeError()?.includes('has not answered') === true);
    await cluster.node.listen();
    await until(() => engine.storeError() === undefined);
  });

  it('is not to be sent work when there is a key event that it cannot read: a key may be revoked behind it', async () => {
    const other = await KurrentDbEventStore.open(cluster.url, { streamPrefix: 'test.' });
    await other.append('keys', NO_STREAM, [anEvent('of a later version')]);
    await other.close();
    await until(() => engine.storeError()?.includes('API keys') === true);
  });
});
