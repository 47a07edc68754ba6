import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { auditor } from '../../apps/auditor/testing/run-auditor.ts';
import { backup, written } from '../../apps/backup/testing/run-backup.ts';
import { commandLine as transfer } from '../../apps/transfer/testing/ledgers.ts';
import { scratchDirectory } from '../support/scratch-directory.ts';
import { Service } from '../support/service.ts';

/*
 * A ledger that was stored in other formats: every program refuses it, and changes nothing.
 */

let scratch: string;
let data: string;
let copy: string;

beforeEach(async () => {
  scratch = scratchDirectory();
  [data, copy] = [join(scratch, 'data'), join(scratch, 'backup')];
  await written(data, 'account-acme', 3);
});

/** As another build would have written the file. */
function writtenWith(userVersion: number): void {
  const database = new DatabaseSync(join(data, 'events.db'));
  database.exec(`PRAGMA user_version = ${String(userVersion)}`);
  database.close();
}

/** Every file below the scratch folder, byte for byte. */
function bytes(): readonly (readonly [name: string, bytes: string])[] {
  return readdirSync(scratch, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((file) => [file, readFileSync(file, 'base64')] as const);
}

async function started(app: 'api' | 'worker', environment: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout } = await Service.launch(data, { app, environment }).ended;
  expect(code).toBe(1);
  return (JSON.parse(stdout) as { msg: string }).msg;
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

async function refused(ending: Promise<Ended>): Promise<string> {
  const { code, out, errors } = await ending;
  expect([code, out]).toEqual([2, '']);
  return errors;
}

const programs: readonly (readonly [string, () => Promise<string>])[] = [
  ['the service', () => started('api', {})],
  ['a worker', () => started('worker', { REDIS_URL: 'redis://127.0.0.1:1' })],
  ['the auditor', () => refused(auditor('verify', '--data', data))],
  ['a repair', () => refused(auditor('repair', '--data', data))],
  ['a backup', () => refused(backup(['backup', copy, '--data', data]))],
  ['a transfer from it', () => refused(transfer(['--from', data, '--to', join(scratch, 'other')]))],
  ['a transfer to it', () => refused(transfer(['--from', join(scratch, 'source'), '--to', data]))],
];

describe('a data directory of another build', () => {
  it.each(programs)('is refused by %s, in one sentence and without a byte changed', async (_, run) => {
    await written(join(scratch, 'source'), 'account-acme', 1);
    writtenWith(-2);
    const before = bytes();
    expect(await run()).toMatch(
      /events\.db was written by a build with the formats fffffffe, and this build reads the formats [0-9a-f]{8} only: use the build that wrote it, or begin an empty ledger in an empty directory\n?$/,
    );
    expect(bytes()).toEqual(before);
  });

  it('is refused where that build recorded no formats', async () => {
    writtenWith(0);
    expect(await refused(auditor('verify', '--data', data))).toContain(
      'was written by an older build, which recorded no formats, and this build reads',
    );
  });
});

describe('a backup', () => {
  beforeEach(async () => {
    expect(await backup(['backup', copy, '--data', data])).toMatchObject({ code: 0 });
  });

  const manifest = (): Record<string, unknown> =>
    JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8')) as Record<string, unknown>;

  it('says in which formats it is', () => {
    expect(manifest()['formats']).toMatch(/^[0-9a-f]{8}$/);
  });

  it.each([
    ['other formats', 'fffffffe', 'a build with the formats fffffffe'],
    ['no formats', undefined, 'an older build'],
  ])('with %s is not restored, and nothing is changed', async (_, formats, what) => {
    writeFileSync(join(copy, 'manifest.json'), JSON.stringify({ ...manifest(), formats }));
    const before = bytes();
    const errors = await refused(backup(['restore', copy, '--data', data, '--replace']));
    expect(errors).toContain(`backup: ${copy} was written by ${what}`);
    expect(bytes()).toEqual(before);
  });

  it('carries them into the directory where it is restored', async () => {
    const restored = join(scratch, 'restored');
    expect(await backup(['restore', copy, '--data', restored])).toMatchObject({ code: 0 });
    expect(await backup(['backup', join(scratch, 'again'), '--data', restored])).toMatchObject({ code: 0 });
  });
});
