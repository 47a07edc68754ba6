import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Dice } from '../support/dice.ts';
import fc from '../support/fast-check.ts';
import { root } from './repo.ts';

/** Runs jest on one spec in a folder of its own, with its environment; what it says and with which code it ends. */
function run(spec: string, environment: Readonly<Record<string, string>>): { code: number | null; said: string } {
  const folder = mkdtempSync(join(root, 'test', 'repository', 'scratch-'));
  try {
    writeFileSync(join(folder, 'scratch.spec.ts'), spec);
    const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '-w', '1'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...jest, folder, '--reporters=default'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, DICE_SEED: '', FC_SEED: '', CI: '', ...environment },
    });
    return { code: status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const needy = `
import { expect } from '@jest/globals';
import { describeWith, itWith } from '../../support/tools.ts';
const tool = { there: false, missing: 'the tool is not installed' };
itWith(tool)('checks something', () => { expect(1).toBe(2); });
describeWith(tool)('with it', () => { itWith(tool)('checks more', () => { expect(1).toBe(2); }); });
`;

describe('a test whose program is missing', () => {
  it('is skipped, and what is missing is said', () => {
    const { code, said } = run(needy, {});
    expect([code, said]).toEqual([0, expect.stringContaining('!!! SKIPPED: the tool is not installed')]);
    expect(said).toContain('2 skipped');
  });

  it('fails in CI', () => {
    const { code, said } = run(needy, { CI: 'true' });
    expect([code, said]).toEqual([1, expect.stringContaining('the tool is not installed')]);
    expect(said).toContain('2 failed');
  });
});

const random = `
import { it } from '@jest/globals';
import fc from '../../support/fast-check.ts';
import { Dice } from '../../support/dice.ts';
it('draws', () => {
  const drawn = [new Dice().between(0, 1e9), ...fc.sample(fc.nat(), 2)];
  process.stderr.write('drawn ' + drawn.join() + '\\n');
});
`;

describe('random tests', () => {
  it('print their seeds, and repeat what they did when the seeds are given back', () => {
    const first = run(random, {}).said;
    const seeds = Object.fromEntries(
      [...first.matchAll(/\b(DICE_SEED|FC_SEED)=(\d+)/g)].map(([, name = '', seed = '']) => [name, seed]),
    );
    expect(Object.keys(seeds).sort()).toEqual(['DICE_SEED', 'FC_SEED']);
    const drawn = /drawn (\S+)/.exec(first)?.[1];
    expect(drawn).toBeDefined();
    expect(run(random, seeds).said).toContain(`drawn ${String(drawn)}`);
    expect(run(random, {}).said).not.toContain(`drawn ${String(drawn)}`);
  });

  it('have the seeds of this run here, too', () => {
    expect(new Dice().seed).toBe(Number(process.env['DICE_SEED']));
    expect(fc.readConfigureGlobal().seed).toBe(Number(process.env['FC_SEED']));
  });

  it('do not begin with a seed that is no number', () => {
    expect(run(random, { DICE_SEED: 'x' }).said).toContain('DICE_SEED is a whole number, not "x"');
  });
});
