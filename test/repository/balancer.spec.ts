import { describe, expect, it } from '@jest/globals';
import { createProblem, type ProblemCode, problemMediaType, type Route, routes } from '#contract';
import { httpLimitsDefault } from '#runtime';
import { ourImage, readDocuments, readLimit } from './containers.ts';
import { type Directive, findAll, findLocation, readArguments, readNginx } from './nginx.ts';
import { readText } from './repo.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const [compose] = readDocuments<{ readonly services: Readonly<Record<string, Service>> }>('docker/compose.yaml');
const http = findAll(readNginx('docker/nginx.conf'), 'http')[0]?.block ?? [];
const [proxied, health] = findAll(http, 'server').map(({ block }) => block);
const locations = findAll(proxied ?? [], 'location');
const upstreams = findAll(http, 'upstream');

const apiRoutes: readonly Route[] = Object.values(routes);

/** A path as callers write it. */
function toPath({ path }: Route): string {
  return path.replace('{accountId}', 'acme.Example_1~-').replaceAll(/\{(\w+)\}/g, 'one-$1');
}

function locationFor(path: string): readonly Directive[] {
  return findLocation(locations, path)?.block ?? [];
}

/** A directive as it holds in a location: its own, else that of everything. */
function held(path: string, name: string): string | undefined {
  return readArguments(locationFor(path), name) ?? readArguments(proxied ?? [], name) ?? readArguments(http, name);
}

function findUpstream(path: string): Directive | undefined {
  const name = held(path, 'proxy_pass')?.replace('http://', '');
  return upstreams.find(({ words }) => words[0] === name);
}

/** What `$spread_by` is for a path; undefined: anything. */
function spreadBy(path: string): string | undefined {
  const map = findAll(http, 'map').find(({ words }) => words[1] === '$spread_by');
  expect(map?.words[0]).toBe('$uri');
  for (const { name, words } of map?.block ?? []) {
    if (!name.startsWith('~')) continue;
    const found = new RegExp(name.slice(1)).exec(path)?.groups;
    if (found !== undefined) return found[words[0]?.slice(1) ?? ''];
  }
  return undefined;
}

function bytes(size: string | undefined): number {
  const [, count = '', unit = ''] = /^(\d+)([km])$/.exec(size ?? '') ?? [];
  return Number(count) * (unit === 'k' ? 1_024 : 1_024 * 1_024);
}

const onAccounts = apiRoutes.filter(({ path }) => path.includes('{accountId}'));
const others = apiRoutes.filter(({ path }) => !path.includes('{accountId}'));

describe('the load balancer of compose.yaml', () => {
  it('knows all ledgers and nothing else, by their ports, in every group', () => {
    const ledgers = Object.entries(compose?.services ?? {})
      .filter(([, { image, command }]) => image === ourImage && command === undefined)
      .map(([name, { environment }]) => `${name}:${environment['HOLDFAST_PORT'] ?? ''}`);
    expect(upstreams.length).toBe(3);
    for (const { block } of upstreams) {
      expect(findAll(block, 'server').map(({ words }) => words[0])).toEqual(ledgers);
      // A container that is recreated has another address.
      expect(findAll(block, 'server').filter(({ words }) => !words.includes('resolve'))).toEqual([]);
      expect(readArguments(block, 'zone')).toBeDefined();
      expect(readArguments(block, 'keepalive')).toBeDefined();
    }
    expect(readArguments(http, 'resolver')).toMatch(/^127\.0\.0\.11 /);
  });

  it('spreads every path of an account by the id of the account', () => {
    expect(onAccounts.length).toBeGreaterThan(10);
    for (const route of onAccounts) {
      const path = toPath(route);
      expect([path, spreadBy(path)]).toEqual([path, 'acme.Example_1~-']);
      expect(readArguments(findUpstream(path)?.block ?? [], 'hash')).toBe('$spread_by consistent');
    }
  });

  it('spreads every other path by what is free', () => {
    expect(others.length).toBeGreaterThan(5);
    for (const route of others) {
      const path = toPath(route);
      expect([path, spreadBy(path)]).toEqual([path, undefined]);
      expect(findAll(findUpstream(path)?.block ?? [], 'least_conn')).toHaveLength(1);
    }
  });

  it('leads nowhere else but to /openapi.json', () => {
    expect(findUpstream('/openapi.json')).toBeDefined();
    const inside = ['/', '/v1', '/metrics', '/health/live', '/health/ready', '/board', '/board/api', '/docs', '/docs/'];
    expect(inside.filter((path) => findUpstream(path) !== undefined)).toEqual([]);
    const all = upstreams.flatMap(({ block }) => findAll(block, 'server')).map(({ words }) => words[0]);
    expect(all.filter((server) => server?.startsWith('worker'))).toEqual([]);
  });

  it('sends a command again to one other ledger, except the one whose id the service makes', () => {
    for (const route of apiRoutes) {
      const again = held(toPath(route), 'proxy_next_upstream')?.split(' ') ?? [];
      expect(again).toEqual(expect.arrayContaining(['error', 'timeout', 'http_503']));
      expect([route.path, again.includes('non_idempotent')]).toEqual([
        route.path,
        route.path !== routes.createKey.path,
      ]);
    }
    expect(readArguments(http, 'proxy_next_upstream_tries')).toBe('2');
    expect(readArguments(locationFor(routes.createKey.path), 'error_page')).not.toContain('502');
  });

  it('leaves a ledger alone that fails, and still tries all when all seem to', () => {
    for (const { words, block } of upstreams) {
      const servers = findAll(block, 'server').map((server) => server.words.join(' '));
      const pattern = words[0] === 'any_ledger' ? / max_fails=0$/ : / max_fails=[1-9]\d* fail_timeout=\d+s$/;
      expect(servers.filter((server) => !pattern.test(server))).toEqual([]);
    }
    for (const route of apiRoutes.filter(({ path }) => path !== routes.createKey.path)) {
      const last = findAll(locationFor(toPath(route)), 'error_page').find(({ words }) => words[0] === '502');
      // `=`: the status is that of the last answer.
      expect(last?.words[1]).toBe('=');
      const target = locations.find(({ words }) => words[0] === last?.words[2]);
      expect(readArguments(target?.block ?? [], 'proxy_pass')).toBe('http://any_ledger');
    }
  });

  it('notices that a ledger hangs before the client hangs up', () => {
    const tryTimeoutMs = Number(
      /tryTimeoutMs: ([\d_]+)/.exec(readText('libs/client/src/route-caller.ts'))?.[1]?.replace('_', ''),
    );
    const freeze = toPath(routes.freeze);
    expect(Number.parseInt(held(freeze, 'proxy_read_timeout') ?? '') * 1_000).toBeLessThan(tryTimeoutMs);
  });

  it('takes no smaller body than a route does', () => {
    const server = ['apps/api/src/server.ts'];
    expect(bytes(held(routes.batch.path, 'client_max_body_size'))).toBe(readLimit('batchBodyBytesMax', server));
    for (const route of apiRoutes.filter(({ body, path }) => body !== undefined && path !== routes.batch.path)) {
      expect(bytes(held(toPath(route), 'client_max_body_size'))).toBeGreaterThanOrEqual(
        readLimit('bodyBytesMax', server),
      );
    }
  });

  it('keeps its connections to the ledgers, for a shorter time than they do', () => {
    expect(readArguments(http, 'proxy_http_version')).toBe('1.1');
    expect(findAll(http, 'proxy_set_header').map(({ words }) => words)).toContainEqual(['Connection', '']);
    // A location with headers of its own would lose those of all.
    expect(locations.flatMap(({ block }) => findAll(block, 'proxy_set_header'))).toEqual([]);
    // What nginx does unless it is told.
    const idleMaxMs = 60_000;
    expect(upstreams.flatMap(({ block }) => findAll(block, 'keepalive_timeout'))).toEqual([]);
    expect(httpLimitsDefault.idleSeconds * 1_000).toBeGreaterThan(idleMaxMs);
  });

  it.each([
    ['/', 'not_found'],
    ['@too_large', 'payload_too_large'],
  ] satisfies [string, ProblemCode][])('says no at %s as a route says it', (place, code) => {
    const block = locations.find(({ words }) => words.at(-1) === place && words.length === 1)?.block ?? [];
    const [said] = findAll(block, 'return');
    expect(JSON.parse(said?.words[1] ?? '')).toEqual(createProblem(code));
    expect(said?.words[0]).toBe(String(createProblem(code).status));
    expect(readArguments(block, 'default_type')).toBe(problemMediaType);
  });

  it('sends every body that is too large to where that is said', () => {
    for (const route of apiRoutes.filter(({ body }) => body !== undefined)) {
      const pages = findAll(locationFor(toPath(route)), 'error_page').map(({ words }) => words.join(' '));
      expect([route.path, pages]).toEqual([route.path, expect.arrayContaining(['413 = @too_large'])]);
    }
  });

  it('needs no root: a port above 1024, and files in /tmp only', () => {
    const files = http.filter(({ name }) => name.endsWith('_temp_path')).map(({ words }) => words[0]);
    expect(files.length).toBe(5);
    expect(
      [...files, readArguments(readNginx('docker/nginx.conf'), 'pid')].filter((file) => !file?.startsWith('/tmp/')),
    ).toEqual([]);
    expect(Number(readArguments(proxied ?? [], 'listen'))).toBeGreaterThan(1_024);
  });

  it('is asked for its own health from inside only', () => {
    const listen = readArguments(health ?? [], 'listen') ?? '';
    expect(listen).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(readText('docker/compose.yaml')).toContain(`http://${listen}/`);
  });
});
