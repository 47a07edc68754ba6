import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function gateway(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { status: number; said: string } {
  const ended = spawnSync(process.execPath, ['--conditions=source', main, ...args], { env, encoding: 'utf8' });
  return { status: ended.status ?? -1, said: ended.stdout + ended.stderr };
}

describe('the command line of the gateway', () => {
  it('needs no more than a key', () => {
    expect(readConfig(['node', 'gateway', '--key', 'k'])).toEqual({
      url: 'http://127.0.0.1:3000',
      key: 'k',
      seconds: 20,
      seed: 1,
      json: false,
    });
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['there is no key', [], {}, '--key'],
    ['it is to run for ever', ['--seconds', '0'], { HOLDFAST_KEY: 'k' }, 'from 1 to 600'],
    ['the seed is no number', ['--seed', 'x'], { HOLDFAST_KEY: 'k' }, 'whole number'],
    ['an option is misspelt', ['--sed', '1'], { HOLDFAST_KEY: 'k' }, '--sed'],
  ])('ends with 2 and the reason when %s', (_, args, env, reason) => {
    const { status, said } = gateway(args, env);
    expect(said).toContain(reason);
    expect(status).toBe(2);
  });

  it('ends with 1 and the reason when the address is none', () => {
    const { status, said } = gateway([], { HOLDFAST_KEY: 'k', HOLDFAST_URL: 'nowhere' });
    expect(said).toMatch(/^The demo could not be run: /);
    expect(status).toBe(1);
  });
});
