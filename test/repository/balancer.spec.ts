import { describe, expect, it } from '@jest/globals';
import { type ProblemCode, problemMediaType, problemOf, type Route, routes } from '#contract';
import { httpLimitsDefault } from '#runtime';
import { documentsOf, limitOf, ourImage } from './containers.ts';
import { allOf, type Directive, locationOf, readNginx, wordsOf } from './nginx.ts';
import { textOf } from './repo.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const [compose] = documentsOf<{ readonly services: Readonly<Record<string, Service>> }>('docker/compose.yaml');
const http = allOf(readNginx('docker/nginx.conf'), 'http')[0]?.block ?? [];
const [proxied, health] = allOf(http, 'server').map(({ block }) => block);
const locations = allOf(proxied ?? [], 'location');
const upstreams = allOf(http, 'upstream');

const apiRoutes: readonly Route[] = Object.values(routes);

/** A path as callers write it. */
function pathOf({ path }: Route): string {
  return path.replace('{accountId}', 'acme.Example_1~-').replaceAll(/\{(\w+)\}/g, 'one-$1');
}

function locationFor(path: string): readonly Directive[] {
  return locationOf(locations, path)?.block ?? [];
}

/** A directive as it holds in a location: its own, else that of everything. */
function held(path: string, name: string): string | undefined {
  return wordsOf(locationFor(path), name) ?? wordsOf(proxied ?? [], name) ?? wordsOf(http, name);
}

function upstreamOf(path: string): Directive | undefined {
  const name = held(path, 'proxy_pass')?.replace('http://', '');
  return upstreams.find(({ words }) => words[0] === name);
}

/** What `$spread_by` is for a path; undefined: anything. */
function spreadBy(path: string): string | undefined {
  const map = allOf(http, 'map').find(({ words }) => words[1] === '$spread_by');
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
      expect(allOf(block, 'server').map(({ words }) => words[0])).toEqual(ledgers);
      // A container that is made anew has another address.
      expect(allOf(block, 'server').filter(({ words }) => !words.includes('resolve'))).toEqual([]);
      expect(wordsOf(block, 'zone')).toBeDefined();
      expect(wordsOf(block, 'keepalive')).toBeDefined();
    }
    expect(wordsOf(http, 'resolver')).toMatch(/^127\.0\.0\.11 /);
  });

  it('spreads every path of an account by the id of the account', () => {
    expect(onAccounts.length).toBeGreaterThan(10);
    for (const route of onAccounts) {
      const path = pathOf(route);
      expect([path, spreadBy(path)]).toEqual([path, 'acme.Example_1~-']);
      expect(wordsOf(upstreamOf(path)?.block ?? [], 'hash')).toBe('$spread_by consistent');
    }
  });

  it('spreads every other path by what is free', () => {
    expect(others.length).toBeGreaterThan(5);
    for (const route of others) {
      const path = pathOf(route);
      expect([path, spreadBy(path)]).toEqual([path, undefined]);
      expect(allOf(upstreamOf(path)?.block ?? [], 'least_conn')).toHaveLength(1);
    }
  });

  it('leads nowhere else but to /openapi.json', () => {
    expect(upstreamOf('/openapi.json')).toBeDefined();
    const inside = ['/', '/v1', '/metrics', '/health/live', '/health/ready', '/board', '/board/api', '/docs', '/docs/'];
    expect(inside.filter((path) => upstreamOf(path) !== undefined)).toEqual([]);
    const all = upstreams.flatMap(({ block }) => allOf(block, 'server')).map(({ words }) => words[0]);
    expect(all.filter((server) => server?.startsWith('worker'))).toEqual([]);
  });

  it('sends a command again to one other ledger, except the one whose id the service makes', () => {
    for (const route of apiRoutes) {
      const again = held(pathOf(route), 'proxy_next_upstream')?.split(' ') ?? [];
      expect(again).toEqual(expect.arrayContaining(['error', 'timeout', 'http_503']));
      expect([route.path, again.includes('non_idempotent')]).toEqual([
        route.path,
        route.path !== routes.createKey.path,
      ]);
    }
    expect(wordsOf(http, 'proxy_next_upstream_tries')).toBe('2');
    expect(wordsOf(locationFor(routes.createKey.path), 'error_page')).not.toContain('502');
  });

  it('leaves a ledger alone that fails, and still tries all when all seem to', () => {
    for (const { words, block } of upstreams) {
      const servers = allOf(block, 'server').map((server) => server.words.join(' '));
      const pattern = words[0] === 'any_ledger' ? / max_fails=0$/ : / max_fails=[1-9]\d* fail_timeout=\d+s$/;
      expect(servers.filter((server) => !pattern.test(server))).toEqual([]);
    }
    for (const route of apiRoutes.filter(({ path }) => path !== routes.createKey.path)) {
      const last = allOf(locationFor(pathOf(route)), 'error_page').find(({ words }) => words[0] === '502');
      // `=`: the status is that of the last answer.
      expect(last?.words[1]).toBe('=');
      const target = locations.find(({ words }) => words[0] === last?.words[2]);
      expect(wordsOf(target?.block ?? [], 'proxy_pass')).toBe('http://any_ledger');
    }
  });

  it('notices that a ledger hangs before the client hangs up', () => {
    const tryTimeoutMs = Number(
      /tryTimeoutMs: ([\d_]+)/.exec(textOf('libs/client/src/route-caller.ts'))?.[1]?.replace('_', ''),
    );
    const freeze = pathOf(routes.freeze);
    expect(Number.parseInt(held(freeze, 'proxy_read_timeout') ?? '') * 1_000).toBeLessThan(tryTimeoutMs);
  });

  it('takes no smaller body than a route does', () => {
    const server = ['apps/api/src/server.ts'];
    expect(bytes(held(routes.batch.path, 'client_max_body_size'))).toBe(limitOf('batchBodyBytesMax', server));
    for (const route of apiRoutes.filter(({ body, path }) => body !== undefined && path !== routes.batch.path)) {
      expect(bytes(held(pathOf(route), 'client_max_body_size'))).toBeGreaterThanOrEqual(
        limitOf('bodyBytesMax', server),
      );
    }
  });

  it('keeps its connections to the ledgers, for a shorter time than they do', () => {
    expect(wordsOf(http, 'proxy_http_version')).toBe('1.1');
    expect(allOf(http, 'proxy_set_header').map(({ words }) => words)).toContainEqual(['Connection', '']);
    // A location with headers of its own would lose those of all.
    expect(locations.flatMap(({ block }) => allOf(block, 'proxy_set_header'))).toEqual([]);
    // What nginx does unless it is told.
    const idleMaxMs = 60_000;
    expect(upstreams.flatMap(({ block }) => allOf(block, 'keepalive_timeout'))).toEqual([]);
    expect(httpLimitsDefault.idleSeconds * 1_000).toBeGreaterThan(idleMaxMs);
  });

  it.each([
    ['/', 'not_found'],
    ['@too_large', 'payload_too_large'],
  ] satisfies [string, ProblemCode][])('says no at %s as a route says it', (place, code) => {
    const block = locations.find(({ words }) => words.at(-1) === place && words.length === 1)?.block ?? [];
    const [said] = allOf(block, 'return');
    expect(JSON.parse(said?.words[1] ?? '')).toEqual(problemOf(code));
    expect(said?.words[0]).toBe(String(problemOf(code).status));
    expect(wordsOf(block, 'default_type')).toBe(problemMediaType);
  });

  it('sends every body that is too large to where that is said', () => {
    for (const route of apiRoutes.filter(({ body }) => body !== undefined)) {
      const pages = allOf(locationFor(pathOf(route)), 'error_page').map(({ words }) => words.join(' '));
      expect([route.path, pages]).toEqual([route.path, expect.arrayContaining(['413 = @too_large'])]);
    }
  });

  it('needs no root: a port above 1024, and files in /tmp only', () => {
    const files = http.filter(({ name }) => name.endsWith('_temp_path')).map(({ words }) => words[0]);
    expect(files.length).toBe(5);
    expect(
      [...files, wordsOf(readNginx('docker/nginx.conf'), 'pid')].filter((file) => !file?.startsWith('/tmp/')),
    ).toEqual([]);
    expect(Number(wordsOf(proxied ?? [], 'listen'))).toBeGreaterThan(1_024);
  });

  it('is asked for its own health from inside only', () => {
    const listen = wordsOf(health ?? [], 'listen') ?? '';
    expect(listen).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(textOf('docker/compose.yaml')).toContain(`http://${listen}/`);
  });
});
