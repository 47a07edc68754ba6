import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LogReader, SqliteEventStore } from '#event-store';
import { damagedCopy, scenarioDirectory } from '../../../test/support/driven-store.ts';
import { KurrentDbCluster } from '../../../test/support/kurrentdb-server/cluster.ts';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { until } from '../../../test/support/until.ts';
import { chained, commandLine, readStreams, write } from '../testing/ledgers.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

let scenario: string;

beforeAll(async () => {
  scenario = await scenarioDirectory();
});

/** How many there are by now, while another process writes. */
function eventsIn(directory: string): number {
  const file = join(directory, 'events.db');
  if (!existsSync(file)) return 0;
  try {
    const reader = LogReader.open(file);
    const events = reader.lastPosition() + 1;
    reader.close();
    return events;
  } catch {
    // Its tables are not there yet.
    return 0;
  }
}

function start(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', main, ...words], {
    env: { ...process.env, KURRENTDB_URL: '', ...variables },
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]);
  return { child, ended };
}

describe('the program', () => {
  it('ends with 0 when the copy is equal, with KurrentDB too', async () => {
    const cluster = await KurrentDbCluster.start();
    const file = join(scratchDirectory(), 'url');
    writeFileSync(file, `${cluster.url}\n`, { mode: 0o600 });
    const [code, out, errors] = await start(['--from', scenario, '--to', 'kurrentdb'], { KURRENTDB_URL_FILE: file })
      .ended;
    await cluster.stop();
    expect([code, errors]).toEqual([0, '']);
    expect(out).toMatch(/^copied: \d+ events\nverified: \d+ events in \d+ streams, 0 findings\n$/);
  });

  it('ends with 1 when something was found', async () => {
    const copy = damagedCopy(scenario, 'events.db', (database) => {
      database.exec(`UPDATE appends SET events = replace(events, '"amount":"4"', '"amount":"5"')`);
    });
    const [code, out] = await start(['--from', scenario, '--to', copy, '--verify-only']).ended;
    expect(code).toBe(1);
    expect(out).toContain('event-differs  account-beta 1: not the same in source and target: data\n');
    expect(out).toMatch(/, [1-9]\d* findings\n$/);
  });

  it('ends with 2 when the file that is to name KurrentDB cannot be read, and needs it for nothing else', async () => {
    const variables = { KURRENTDB_URL_FILE: join(scratchDirectory(), 'missing') };
    const [code, , errors] = await start(['--from', scenario, '--to', 'kurrentdb'], variables).ended;
    expect([code, errors]).toEqual([2, expect.stringMatching(/^transfer: KURRENTDB_URL_FILE cannot be read: ENOENT/)]);
    expect((await start(['--from', scenario, '--to', scratchDirectory()], variables).ended)[0]).toBe(0);
  });

  it('ends with 2 when it could not run', async () => {
    expect((await start(['--from', '/nowhere/at/all', '--to', scratchDirectory()]).ended)[0]).toBe(2);
  });

  it('goes on where it was killed', async () => {
    const [from, to] = [scratchDirectory(), scratchDirectory()];
    const store = await SqliteEventStore.open(join(from, 'events.db'));
    const accounts = Array.from({ length: 300 }, (_, account) => `account-${String(account)}`);
    await Promise.all(accounts.map((stream) => write(store, stream, chained(stream, 100))));
    await store.close();
    const { child, ended } = start(['--from', from, '--to', to]);
    await until(() => eventsIn(to) > 5_000);
    child.kill('SIGKILL');
    await ended;
    expect(await commandLine(['--from', from, '--to', to])).toMatchObject({ code: 0, errors: '' });
    expect(await readStreams(to)).toEqual(await readStreams(from));
  });
});

describe('a place', () => {
  it.each([
    ['a source without a ledger', ['--from', '/nowhere/at/all', '--to', '/tmp'], 'there is no event log'],
    ['no place to go to', ['--from', '/tmp'], "required option '--to"],
    ['a namespace with a dot', ['--from', '/a', '--to', '/b', '--namespace', 'a.b'], 'a namespace has'],
    ['an empty place', ['--from', '', '--to', '/b'], 'not empty'],
    ['another engine', ['--from', 'redis://h', '--to', '/b'], 'begins with kurrentdb://'],
    ['a variable that is not set', ['--from', 'kurrentdb', '--to', '/b'], 'KURRENTDB_URL is not set'],
    ['a word that is none', ['--from', '/a', '--to', '/b', 'now'], 'too many arguments'],
    ['one place twice', ['--from', '/tmp/../tmp', '--to', '/tmp'], 'the same'],
  ])('is refused: %s', async (_, words, why) => {
    const { code, out, errors } = await commandLine(words);
    expect([code, out]).toEqual([2, '']);
    expect(errors).toContain(why);
  });

  it('is refused while a service has it open, source or target', async () => {
    const other = scratchDirectory();
    const store = await SqliteEventStore.open(join(scenario, 'events.db'));
    for (const words of [
      ['--from', scenario, '--to', other],
      ['--from', scenario, '--to', other, '--verify-only'],
    ]) {
      const { code, errors } = await commandLine(words);
      expect([code, errors]).toEqual([2, expect.stringContaining(`${scenario} is open for writing already`)]);
    }
    await store.close();
    const copy = await SqliteEventStore.open(join(other, 'events.db'));
    expect((await commandLine(['--from', scenario, '--to', other])).errors).toContain(`${other} is open for writing`);
    await copy.close();
    expect(await commandLine(['--from', scenario, '--to', other])).toMatchObject({ code: 0 });
  });

  it('to compare with must be there, and is not made', async () => {
    const other = scratchDirectory();
    const { code, errors } = await commandLine(['--from', scenario, '--to', other, '--verify-only']);
    expect([code, errors]).toEqual([2, `transfer: ${other}: there is no event log\n`]);
    expect(await commandLine(['--from', other, '--to', scenario])).toMatchObject({ code: 2 });
  });

  it('with something else in it is named, and nothing is written', async () => {
    const other = scratchDirectory();
    const store = await SqliteEventStore.open(join(other, 'events.db'));
    await write(store, 'account-zebra', chained('account-zebra', 1));
    await store.close();
    const before = await readStreams(other);
    const { code, errors } = await commandLine(['--from', scenario, '--to', other]);
    expect([code, errors]).toEqual([2, expect.stringContaining('nothing was written: account-zebra 0: ')]);
    expect(await readStreams(other)).toEqual(before);
  });

  it('without events in that namespace is not copied', async () => {
    const cluster = await KurrentDbCluster.start();
    const { code, errors } = await commandLine(['--from', cluster.url, '--to', scratchDirectory()]);
    await cluster.stop();
    const address = cluster.url.slice(12, cluster.url.indexOf('?'));
    expect([code, errors]).toEqual([2, `transfer: KurrentDB ${address} (holdfast.): there are no events\n`]);
  });
});

describe('a password', () => {
  const secret = 'topsecret';

  it.each([
    ['on the command line', ['--from', scenario, '--to', `kurrentdb://admin:${secret}@127.0.0.1:1`], undefined],
    ['of a server that is not there', [], `kurrentdb://admin:${secret}@127.0.0.1:1?tls=false`],
    ['in a string that cannot be read', [], `kurrentdb://admin:${secret}@127.0.0.1:${secret}`],
    ['beside a setting that is not known', [], `kurrentdb://admin:${secret}@127.0.0.1:1?tls=false&fast=${secret}`],
    ['in something else', [], `mongodb://admin:${secret}@127.0.0.1:1`],
  ])('is never printed: %s', async (_, words, url) => {
    const asked = words.length > 0 ? words : ['--from', 'kurrentdb', '--to', '/nowhere'];
    const { child, ended } = start(asked, url === undefined ? {} : { KURRENTDB_URL: url });
    expect(child.pid).toBeDefined();
    const [code, out, errors] = await ended;
    expect([code, out]).toEqual([2, '']);
    expect(errors).toMatch(/^transfer: /);
    expect(errors).not.toContain(secret);
  });
});
