import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KurrentDbEventStore } from '#event-store';
import { PriceBookShelf, shippedPriceBooks } from '#ledger';
import { NO_STREAM } from '#operations/ports';
import { anEvent } from '../../../test/contract/event-store.contract.ts';
import { KurrentDbCluster } from '../../../test/support/kurrentdb-server/cluster.ts';
import { auditKurrentDb } from '../src/audit-kurrentdb.ts';
import { runCommandLine } from '../src/command-line.ts';
import type { AuditReport } from '../src/index.ts';

let cluster: KurrentDbCluster;

beforeEach(async () => {
  cluster = await KurrentDbCluster.start();
  const store = await KurrentDbEventStore.open(cluster.url, { streamPrefix: 'ours.' });
  await store.append('account-acme', NO_STREAM, [anEvent('1')]);
  await store.close();
});

afterEach(async () => {
  await cluster.stop();
});

function audit(namespace: string): Promise<AuditReport> {
  const priceBooks = new PriceBookShelf(shippedPriceBooks);
  return auditKurrentDb(cluster.url, namespace, { priceBooks }, () => undefined);
}

describe('an audit of a KurrentDB', () => {
  it('reads the streams of its namespace', async () => {
    expect(await audit('ours')).toMatchObject({ events: 1, streams: 1 });
  });

  it('finds no fault with nothing only by saying that there is nothing', async () => {
    await expect(audit('theirs')).rejects.toMatchObject({ name: 'NoSuchData' });
  });
});

describe('an export from a KurrentDB', () => {
  async function events(...words: readonly string[]): Promise<{ code: number; out: string; errors: string }> {
    let [out, errors] = ['', ''];
    const code = await runCommandLine(['events', '--kurrentdb', '--namespace', 'ours', ...words], {
      write: (text) => (out += text),
      complain: (text) => (errors += text),
      errorTerminal: { write: () => true },
      now: () => 0,
      kurrentDbUrl: cluster.url,
    });
    return { code, out, errors };
  }

  it('has its events', async () => {
    const { out } = await events('--account', 'acme');
    expect(JSON.parse(out)).toMatchObject({ stream: 'account-acme', revision: 0 });
  });

  it('refuses an account that is not there', async () => {
    expect(await events('--account', 'nobody')).toMatchObject({
      code: 2,
      errors: 'auditor: there is no account nobody\n',
    });
  });
});
