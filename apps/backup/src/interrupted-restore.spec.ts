import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { auditor } from '../../auditor/testing/run-auditor.ts';
import { runCommandLine as transfer } from '../../transfer/src/command-line.ts';
import { backup, hashesIn, now, withUnfinishedLog, written } from '../testing/run-backup.ts';

let folder: string;
let data: string;
let kept: string;
let before: readonly string[];

beforeEach(async () => {
  folder = scratchDirectory();
  [data, kept] = [join(folder, 'data'), join(folder, 'kept')];
  mkdirSync(data);
  await written(data, 'account-acme', 5);
  writeFileSync(join(data, 'signing.key'), 'the key of then\n');
  await backup(['backup', kept, '--data', data, '--with-keys']);
  await withUnfinishedLog(data, 'account-late', 3);
  writeFileSync(join(data, 'signing.key'), 'the key of now\n');
  before = hashesIn(data);
});

class CutOff extends Error {}

/** Restores into a copy of the directory, up to the step of this number; returns the names of the steps before it. */
async function cutOff(directory: string, at: number, from = kept): Promise<readonly string[]> {
  const passed: string[] = [];
  const reached = (name: string): void => {
    if (passed.length === at) throw new CutOff('the power went');
    passed.push(name);
  };
  const { code, errors } = await backup(['restore', from, '--data', directory, '--replace'], { reached });
  if (code === 2) expect(errors).toContain('run the restore again with --replace');
  return passed;
}

/** Numbers of the steps of a restore into the directory. */
async function steps(): Promise<readonly number[]> {
  const counted = join(folder, 'counted');
  cpSync(data, counted, { recursive: true });
  const all = await cutOff(counted, Infinity);
  expect(all).toContain('put aside events.db-wal');
  return [...all.keys()];
}

async function transferred(from: string, to: string): Promise<readonly [number, string]> {
  let said = '';
  const add = (text: string): boolean => Boolean((said += text));
  const dependencies = { write: add, complain: add, errorTerminal: { write: () => true }, kurrentDbUrl: undefined };
  return [await transfer(['--from', from, '--to', to], dependencies), said];
}

describe('a restore that is interrupted', () => {
  it('leaves a directory of which nothing makes a backup, an audit or a copy, at whatever step', async () => {
    for (const at of await steps()) {
      const scratch = join(folder, `scratch-${String(at)}`);
      cpSync(data, scratch, { recursive: true });
      await cutOff(scratch, at);
      const made = await backup(['backup', join(folder, `half-${String(at)}`), '--data', scratch]);
      expect([made.code, made.errors]).toEqual([2, expect.stringContaining('was interrupted')]);
      for (const command of [['verify'], ['replay', 'late'], ['quarantine'], ['repair']]) {
        const audit = await auditor(...command, '--data', scratch);
        expect([command, audit.code, audit.errors]).toEqual([command, 2, expect.stringContaining('was interrupted')]);
      }
      expect(await transferred(scratch, join(folder, 'copy'))).toEqual([2, expect.stringContaining('was interrupted')]);
    }
    expect(readdirSync(folder).filter((name) => /^half|^copy/.test(name))).toEqual([]);
  });

  it('says how many events the old log had, when it is done again', async () => {
    for (const at of await steps()) {
      const scratch = join(folder, `scratch-${String(at)}`);
      cpSync(data, scratch, { recursive: true });
      await cutOff(scratch, at);
      const again = await backup(['restore', kept, '--data', scratch, '--replace']);
      expect(again.out).toContain(`the old log has ${String(before.length)} events, this one 5`);
    }
  });

  it('and then made of another backup leaves the keys as they were that this one has not', async () => {
    const without = join(folder, 'without-keys');
    await backup(['backup', without, '--data', data]);
    for (const at of await steps()) {
      const scratch = join(folder, `scratch-${String(at)}`);
      cpSync(data, scratch, { recursive: true });
      await cutOff(scratch, at);
      expect((await backup(['restore', without, '--data', scratch, '--replace'])).code).toBe(0);
      expect(readFileSync(join(scratch, 'signing.key'), 'utf8')).toBe('the key of now\n');
    }
  });
});

it('a second restore at the same time by the clock keeps the old files of the first', async () => {
  for (const directory of [data, data]) {
    expect((await backup(['restore', kept, '--data', directory, '--replace'])).code).toBe(0);
  }
  const aside = `replaced-${new Date(now).toISOString().replaceAll(':', '-')}`;
  expect(readdirSync(data).filter((name) => name.startsWith('replaced-'))).toEqual([aside, `${aside}-2`]);
  expect(hashesIn(join(data, aside))).toEqual(before);
  expect(hashesIn(join(data, `${aside}-2`))).toEqual(hashesIn(kept));
});

it('a restore that cannot begin to exchange leaves nothing in the directory', async () => {
  // In the place of the mark: what stands for a disk that takes no further file.
  mkdirSync(join(data, 'restore-unfinished.json'));
  const names = readdirSync(data);
  expect((await backup(['restore', kept, '--data', data, '--replace'])).code).toBe(2);
  expect(readdirSync(data).filter((name) => name !== 'instance.db')).toEqual(
    names.filter((name) => name !== 'instance.db'),
  );
  expect(existsSync(join(data, 'signing.key'))).toBe(true);
});
