import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '#runtime';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { assertOwnData, recordOwnData } from './own-data.ts';

let directory: string;

beforeEach(() => {
  directory = scratchDirectory();
});

const now = Date.UTC(2026, 0, 29);

type Settings = Readonly<Record<string, string>>;

const onFile: Settings = {};
const onServer: Settings = { KURRENTDB_URL: 'kurrentdb://127.0.0.1:2113', HOLDFAST_NAMESPACE: 'ours' };

/** As a start does it. */
function start(settings: Settings): void {
  const config = readConfig({ HOLDFAST_DATA_DIR: directory, ...settings });
  assertOwnData(config);
  if (config.eventStore.kind === 'sqlite') writeFileSync(join(directory, 'events.db'), '');
  writeFileSync(join(directory, 'read-models-0.db'), '');
  recordOwnData(config, now);
}

const recordFile = (): string => join(directory, 'ledger.json');

describe('a data directory says to which ledger it belongs', () => {
  it.each([
    ['file', onFile],
    ['server', onServer],
  ])('but not in the middle of a restore, wherever its events are: on a %s', (_, settings) => {
    start(settings);
    writeFileSync(join(directory, 'restore-unfinished.json'), '{}');
    rmSync(join(directory, 'events.db'), { force: true });
    expect(() => {
      assertOwnData(readConfig({ HOLDFAST_DATA_DIR: directory, ...settings }));
    }).toThrow('a restore into');
  });

  it('from the first start on', () => {
    start(onServer);
    expect(JSON.parse(readFileSync(recordFile(), 'utf8'))).toEqual({
      version: 1,
      eventStore: 'kurrentdb',
      namespace: 'ours',
      formats: expect.stringMatching(/^[0-9a-f]{8}$/),
      createdAt: '2026-01-29T00:00:00.000Z',
    });
    expect(statSync(recordFile()).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['ledger.json', 'read-models-0.db']);
  });

  it('and says the same ever after', () => {
    start(onFile);
    const written = readFileSync(recordFile(), 'utf8');
    start({ HOLDFAST_NAMESPACE: 'on-a-file-it-names-nothing-that-lasts' });
    expect(readFileSync(recordFile(), 'utf8')).toBe(written);
    rmSync(recordFile());
    start(onFile);
  });

  it('also where the directory is yet to be made', () => {
    directory = join(directory, 'data');
    const config = readConfig({ HOLDFAST_DATA_DIR: directory, ...onServer });
    assertOwnData(config);
    recordOwnData(config, now);
    expect(readdirSync(directory)).toEqual(['ledger.json']);
  });
});

describe('a start is refused', () => {
  it.each<[string, Settings, Settings, string]>([
    ['the connection string is lost', onServer, { HOLDFAST_NAMESPACE: 'ours' }, 'KURRENTDB_URL is not set, but by'],
    [
      'the namespace is another',
      onServer,
      { ...onServer, HOLDFAST_NAMESPACE: 'our' },
      'HOLDFAST_NAMESPACE is our, but',
    ],
    ['the namespace is lost', onServer, { KURRENTDB_URL: 'kurrentdb://127.0.0.1:2113' }, 'this ledger is ours'],
    ['a file has the ledger', onFile, onServer, 'KURRENTDB_URL is set, but by'],
  ])('where %s', (_, first, then, message) => {
    start(first);
    expect(() => {
      start(then);
    }).toThrow(expect.objectContaining({ name: 'CannotStart', message: expect.stringContaining(message) }));
  });

  it('where the events are gone', () => {
    start(onFile);
    rmSync(join(directory, 'events.db'));
    expect(() => {
      start(onFile);
    }).toThrow('there is a ledger in');
  });

  it.each<[string, string, Settings, string]>([
    ['events of a file', 'events.db', onServer, 'there are the events of a ledger'],
    ['readModels of a server', 'read-models-0.db', onFile, 'there are the read models of a ledger'],
  ])('where an older version left %s', (_, name, settings, message) => {
    writeFileSync(join(directory, name), '');
    expect(() => {
      start(settings);
    }).toThrow(message);
  });

  it.each([
    '',
    '{}',
    'null',
    '{"version":2,"eventStore":"sqlite","createdAt":"x"}',
    '{"version":1,"eventStore":"mysql"}',
  ])('where it says %j', (text) => {
    start(onFile);
    writeFileSync(recordFile(), text);
    expect(() => {
      start(onFile);
    }).toThrow(expect.objectContaining({ name: 'CannotStart', message: expect.stringContaining('ledger.json') }));
  });

  it.each([
    ['other formats', 'fffffffe', 'a build with the formats fffffffe'],
    ['no formats', undefined, 'an older build, which recorded no formats'],
  ])('where the events on a server are of a build with %s', (_, formats, what) => {
    start(onServer);
    const record = JSON.parse(readFileSync(recordFile(), 'utf8')) as object;
    writeFileSync(recordFile(), JSON.stringify({ ...record, formats }));
    expect(() => {
      start(onServer);
    }).toThrow(expect.objectContaining({ name: 'OtherFormats', message: expect.stringContaining(what) }));
  });

  it('where what it says cannot be read', () => {
    mkdirSync(recordFile());
    expect(() => {
      start(onFile);
    }).toThrow('ledger.json: EISDIR');
  });

  it('where another process has begun another ledger on it meanwhile', () => {
    const config = readConfig({ HOLDFAST_DATA_DIR: directory, ...onServer });
    assertOwnData(config);
    start({ ...onServer, HOLDFAST_NAMESPACE: 'theirs' });
    expect(() => {
      recordOwnData(config, now);
    }).toThrow('this ledger is theirs');
  });
});

it('a ledger is moved on purpose', () => {
  start(onFile);
  rmSync(join(directory, 'events.db'));
  rmSync(recordFile());
  start(onServer);
  rmSync(recordFile());
  writeFileSync(join(directory, 'events.db'), '');
  start(onFile);
});
