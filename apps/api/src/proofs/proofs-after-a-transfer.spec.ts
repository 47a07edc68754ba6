import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CheckpointedStore } from '../../../../test/support/checkpointed-store.ts';
import { deposit, openAccount } from '../../../../test/support/commands.ts';
import { InProcess } from '../../../../test/support/in-process.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { runCommandLine } from '../../../transfer/src/command-line.ts';

let cluster: KurrentDbCluster;
let directory: string;
let service: InProcess;

beforeAll(async () => {
  directory = scratchDirectory();
  const before = await CheckpointedStore.open(directory);
  await before.driven.run('acme', openAccount('acme'), deposit('d1', '10'));
  await before.checkpoint();
  await before.close();
  cluster = await KurrentDbCluster.start();
  const silent = { write: () => undefined };
  const terminal = { write: silent.write, complain: silent.write, errorTerminal: silent, kurrentDbUrl: undefined };
  await runCommandLine(['--from', directory, '--to', cluster.url], terminal);
  service = await InProcess.open({ HOLDFAST_EVENT_STORE: 'kurrentdb', KURRENTDB_URL: cluster.url });
});

afterAll(async () => {
  await service.close();
  await cluster.stop();
});

describe('a ledger that was copied to another store', () => {
  it('has its checkpoint still, and says that nothing can be proven from it yet', async () => {
    const { body: list } = await service.get<{ readonly checkpoints: readonly object[] }>('/v1/checkpoints');
    expect(list.checkpoints).toMatchObject([{ number: 1 }]);
    const { status, body } = await service.ask('GET', '/v1/accounts/acme/proof');
    expect([status, body['code'], body['detail']]).toEqual([
      404,
      'checkpoint_not_found',
      expect.stringMatching(/copied here since/),
    ]);
  });
});
