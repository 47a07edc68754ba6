import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HoldfastClient } from '#client';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { openEngine } from '#engine';
import { makeLogger, readConfig } from '#runtime';
import { listen } from '../../apps/api/src/server.ts';
import { auditDirectory } from '../../apps/auditor/src/index.ts';
import { runDemo } from '../../apps/gateway/src/demo.ts';
import { flawless, SimulatedProvider } from '../../apps/gateway/src/simulated-provider.ts';
import { runCommandLine } from '../../apps/transfer/src/command-line.ts';
import { KurrentDbCluster } from '../support/kurrentdb-server/cluster.ts';
import { scratchDirectory } from '../support/scratch-directory.ts';

/*
 * A ledger as a service leaves it behind goes to KurrentDB and back, and another service takes over what has come back.
 */

const key = 'the-admin-key-of-the-transferred-ledger-01';
const folder = scratchDirectory();
const [before, after] = [join(folder, 'before'), join(folder, 'after')];

let cluster: KurrentDbCluster;

beforeAll(async () => {
  cluster = await KurrentDbCluster.start();
});
afterAll(async () => {
  await cluster.stop();
});

/** A service on a directory, for as long as `work` takes. */
async function serving<Result>(
  directory: string,
  work: (ledger: HoldfastClient, url: string) => Promise<Result>,
): Promise<Result> {
  const config = readConfig({
    HOLDFAST_PORT: '0',
    HOLDFAST_DATA_DIR: directory,
    HOLDFAST_ADMIN_KEY: key,
    LOG_LEVEL: 'silent',
    NODE_ENV: 'production',
  });
  const logger = makeLogger(config.logLevel);
  const engine = await openEngine(config, logger, (cause) => {
    throw cause;
  });
  const server = await listen(config, engine, logger);
  await server.started;
  try {
    return await work(new HoldfastClient({ baseUrl: server.url, key }), server.url);
  } finally {
    await server.stop();
  }
}

const bank = { accountId: 'bank', priceBook: 'dcloud-2023', topUpTo: '100', unitsPerCall: 1, shortLivedOneIn: 2 };
const demo = {
  provider: new SimulatedProvider(1, { notIssued: 0.05, abandoned: 0.15, error: 0.2, mismatch: 0.1, partial: 0.3 }, 2),
  packProvider: new SimulatedProvider(1, flawless, 2),
  accounts: [
    { ...bank, calls: 40 },
    { ...bank, accountId: 'telecom', topUpTo: '30000', calls: 24, unitsPerCall: 1_000, shortLivedOneIn: 0 },
  ],
  run: 'run-1',
  secondsMax: 20,
  progress: () => undefined,
};

/** Every account as of its last revision before the move. */
function readBalances(ledger: HoldfastClient, revisions: readonly number[]): Promise<readonly object[]> {
  const asked = demo.accounts.map(({ accountId }, index) =>
    ledger.getBalance(accountId, { revision: revisions[index] ?? 0 }),
  );
  return Promise.all(asked);
}

async function transferTo(from: string, to: string): Promise<string> {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const words = ['--from', from, '--to', to];
  await runCommandLine(words, { write: say, complain: say, errorTerminal: { write: say }, kurrentDbUrl: undefined });
  return said;
}

describe('a ledger that moves to KurrentDB and back', () => {
  it('is sound, and the next service has the same balances and keys', async () => {
    const { key: mine } = await serving(before, (ledger) => ledger.keys.create({ name: 'mine', scopes: ['auditor'] }));
    const left = await serving(before, async (ledger) => {
      await runDemo({ ledger, ...demo });
      const accounts = await Promise.all(demo.accounts.map(({ accountId }) => ledger.getAccount(accountId)));
      const revisions = accounts.map(({ revision }) => revision);
      return { revisions, balances: await readBalances(ledger, revisions) };
    });
    for (const [from, to] of [
      [before, cluster.url],
      [cluster.url, after],
    ] as const) {
      expect(await transferTo(from, to)).toMatch(
        /^copied: \d+ events\nverified: \d+ events in 4 streams, 0 findings\n$/,
      );
    }
    const priceBooks = new PriceBookCatalog(shippedPriceBooks);
    expect(await auditDirectory(after, { priceBooks })).toMatchObject({ found: 0, accounts: 3, streams: 4 });
    await serving(after, async (_, baseUrl) => {
      const ledger = new HoldfastClient({ baseUrl, key: mine });
      expect(await readBalances(ledger, left.revisions)).toEqual(left.balances);
    });
    expect(await auditDirectory(after, { priceBooks })).toMatchObject({ found: 0 });
  });
});
