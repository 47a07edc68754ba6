import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillIssuer } from '#application';
import { accountStream } from '#domain';
import { KurrentDbEventStore, ledgerRecordFile, textOfLedgerRecord } from '#event-store';
import { SqliteReadModels } from '#read-models';
import { CheckpointedStore } from '../../../../test/support/checkpointed-store.ts';
import { copied } from '../../../../test/support/copied-ledger.ts';
import { runScenario, start } from '../../../../test/support/driven-store.ts';
import { KurrentDbCluster } from '../../../../test/support/kurrentdb-server/cluster.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor, auditorIn, csvRows, type Ended, splitOutput } from '../../testing/run-auditor.ts';

let cluster: KurrentDbCluster;
/** The same ledger in a file, … */
let onFile: string;
/** … and in KurrentDB: what a process of that ledger keeps on its own disk. */
let beside: string;
let scratch: string;
let usage: string;

const billedDay = '2026-01-29';
const dayMs = 86_400_000;

beforeAll(async () => {
  [onFile, beside, scratch] = [scratchDirectory(), scratchDirectory(), scratchDirectory()];
  const checkpointed = await CheckpointedStore.open(onFile);
  await runScenario(checkpointed.driven);
  await checkpointed.checkpoint();
  checkpointed.driven.clock.time = start + dayMs;
  const { commands, lanes, store: events } = checkpointed.driven;
  await new BillIssuer(commands, lanes, events).issueUpTo('acme', billedDay, { actor: 'spec', correlationId: 'spec' });
  await checkpointed.close();
  cluster = await KurrentDbCluster.start();
  const store = await KurrentDbEventStore.open(cluster.url, { streamPrefix: 'ours.' });
  await copied(onFile, store);
  const readModels = await SqliteReadModels.inProcess(join(beside, 'read-models-0.db'), store);
  await readModels.ready();
  await readModels.close();
  await store.close();
  writeFileSync(ledgerRecordFile(beside), textOfLedgerRecord({ eventStore: 'kurrentdb', namespace: 'ours' }, start));
  const holds = csvRows((await auditor('holds', '--account', 'acme', '--data', onFile)).out);
  const charged = holds.filter(({ status }) => status === 'settled');
  const rows = charged.map(({ hold, opened_at: at, outcome }) => [hold, at, outcome].join(','));
  usage = join(scratch, 'usage.csv');
  writeFileSync(usage, `${['request_id,time,outcome', ...rows].join('\n')}\n`);
});
afterAll(async () => {
  await cluster.stop();
});

/** As an auditor would who only knows the server. */
function there(...words: readonly string[]): Promise<Ended> {
  return auditorIn(
    { KURRENTDB_URL: cluster.url },
    ...words,
    '--kurrentdb',
    '--namespace',
    'ours',
    '--data',
    join(scratch, 'none'),
  );
}

/** As in the environment of a process of that ledger, on its data directory. */
function besideIt(...words: readonly string[]): Promise<Ended> {
  return auditorIn({ KURRENTDB_URL: cluster.url }, ...words, '--data', beside);
}

/** What the two engines have of their own: where an event stands and when it was taken. */
/** Read models lie beside a file, and not beside a server: what is said of them is another. */
function withoutPlaces({ code, out, errors }: Ended): Ended {
  const places = out.replace(/"(position|recordedAt)":"[^"]*"/g, '"$1":"…"');
  return { code, out: places.replace(/^(?:not )?checked: .*read models.*\n/m, ''), errors };
}

describe('a command says of a ledger in KurrentDB what it says of the same one in a file', () => {
  it.each([
    'replay acme',
    'replay beta --json',
    'timeline acme',
    'explain acme h3',
    'balance beta --at 2026-01-29T04:00:30Z',
    'balance acme --revision 20 --json',
    `bill acme ${billedDay}`,
    'verify --accounts a',
    'quarantine',
    'journal',
    'journal --account beta --format hledger',
    'holds --accounts b',
    'events',
    'events --account gone',
    'replay nobody',
    'explain acme never',
    'events --account nobody',
  ])('%s', async (line) => {
    const words = line.split(' ');
    const said = withoutPlaces(await auditor(...words, '--data', onFile));
    expect(said.out + said.errors).not.toBe('');
    expect(withoutPlaces(await there(...words))).toEqual(said);
    expect(withoutPlaces(await besideIt(...words))).toEqual(said);
  });

  it('reconcile', async () => {
    const words = ['reconcile', usage, '--account', 'acme', '--window', '0'];
    const said = await auditor(...words, '--data', onFile);
    expect(said).toMatchObject({ code: 0 });
    expect(await there(...words)).toEqual(said);
  });

  it('export, but for the times at which the server took the events and the sums over them', async () => {
    let bundles = 0;
    const contents = async (from: typeof auditor, words: readonly string[]): Promise<readonly string[]> => {
      bundles += 1;
      const bundle = join(scratch, `${String(bundles)}.bundle`);
      expect(await from('export', bundle, ...words)).toMatchObject({ code: 0 });
      expect(await auditor('verify', bundle)).toMatchObject({ code: 0 });
      const text = gunzipSync(readFileSync(bundle)).toString('utf8');
      return text
        .split('\n')
        .filter((line) => !/^\{"kind":"(bundle|manifest)"/.test(line))
        .map((line) => line.replace(/,"(recordedAt|crc)":(\d+|"[0-9a-f]+")/g, ''));
    };
    for (const selection of [[], ['--accounts', 'acme'], ['--from', '2026-01-29T04:00:10Z']]) {
      const inFile = await contents(auditor, [...selection, '--data', onFile]);
      expect(inFile.length).toBeGreaterThan(50);
      expect(await contents(besideIt, selection)).toEqual(inFile);
    }
  });
});

describe('which ledger is looked at', () => {
  it('is said by a connection string, too, but not by one with a password', async () => {
    const words = ['balance', 'acme', '--namespace', 'ours', '--kurrentdb'];
    expect(await auditor(...words, cluster.url)).toMatchObject({ code: 0 });
    expect(await auditor(...words, 'kurrentdb://admin:secret@127.0.0.1:1')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('it goes into KURRENTDB_URL'),
    });
    expect(await auditor('balance', '--kurrentdb', 'acme')).toMatchObject({ code: 2 });
  });

  it('is said by the data directory of a process of that ledger', async () => {
    const secret = join(scratch, 'url');
    writeFileSync(secret, `${cluster.url}\n`, { mode: 0o600 });
    expect(await auditorIn({ KURRENTDB_URL_FILE: secret }, 'balance', 'acme', '--data', beside)).toMatchObject({
      code: 0,
    });
    expect(await auditorIn({ KURRENTDB_URL_FILE: secret, HOLDFAST_DATA_DIR: beside }, 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('audit: 0 findings'),
    });
  });

  it('has to be said where its server is', async () => {
    expect(await auditor('balance', 'acme', '--data', beside)).toEqual({
      code: 2,
      out: '',
      errors: `auditor: KURRENTDB_URL is not set: the events of ${beside} are in KurrentDB, with the namespace ours\n`,
    });
    const missing = join(scratch, 'missing');
    const ended = await auditorIn({ KURRENTDB_URL_FILE: missing }, 'balance', 'acme', '--data', beside);
    expect([ended.code, ended.errors]).toEqual([2, expect.stringContaining('KURRENTDB_URL_FILE cannot be read')]);
  });

  it('is the file in a directory with one, whatever the environment says', async () => {
    expect(await auditorIn({ KURRENTDB_URL: 'kurrentdb://127.0.0.1:1' }, 'verify', '--data', onFile)).toMatchObject({
      code: 0,
    });
  });

  it.each(['verify', 'events', 'journal', 'quarantine', 'export', 'replay acme'])(
    'is none where the namespace is spelled otherwise: %s',
    async (line) => {
      const words = line === 'export' ? ['export', join(scratch, 'none.bundle')] : line.split(' ');
      const ended = await auditorIn({ KURRENTDB_URL: cluster.url }, ...words, '--kurrentdb', '--namespace', 'theirs');
      expect([ended.code, ended.out]).toEqual([2, '']);
      expect(ended.errors).toMatch(/no events of a ledger called theirs|there is no account acme/);
    },
  );
});

describe('read models of a ledger in KurrentDB', () => {
  it('are compared with its log', async () => {
    expect(await besideIt('diff')).toMatchObject({ code: 0, out: expect.stringContaining('diff: 0 differences') });
    const database = new DatabaseSync(join(beside, 'read-models-0.db'));
    const { changes } = database
      .prepare('UPDATE heads SET revision = revision - 1 WHERE stream = ?')
      .run(accountStream('acme'));
    database.close();
    expect(changes).toBe(1);
    expect(await besideIt('diff')).toMatchObject({ code: 1, out: expect.stringContaining('read-model-head-differs') });
    expect(await besideIt('verify')).toMatchObject({
      code: 1,
      out: expect.stringContaining('read-model-head-differs'),
    });
    expect(await there('verify')).toMatchObject({ code: 0 });
  });

  it('are rebuilt from it', async () => {
    rmSync(join(beside, 'read-models-0.db'));
    expect(await besideIt('repair')).toMatchObject({ code: 0 });
    const { code, out } = await besideIt('diff');
    expect([code, splitOutput(out).at(-1)]).toEqual([0, 'diff: 0 differences']);
  });

  it('leave it as it is', async () => {
    const { out } = await there('events');
    expect(splitOutput(out)).toHaveLength(splitOutput((await auditor('events', '--data', onFile)).out).length);
  });
});
