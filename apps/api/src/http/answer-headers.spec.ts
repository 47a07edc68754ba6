import { type AddressInfo, connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { type Route, type RouteName, routes } from '#contract';
import { adminKey, InProcess, sampleCall, serviceForAll } from '../../../../test/support/in-process.ts';
import { until } from '../../../../test/support/until.ts';

let port: number;

const service = serviceForAll({}, async () => {
  await service.account('acme');
  await service.api.app.listen(0, '127.0.0.1');
  ({ port } = service.api.server.server.address() as AddressInfo);
});

/** The head of an answer, in lower case. */
async function readHead(sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(sent);
  return ((await readText(socket)).split('\r\n\r\n', 1)[0] ?? '').toLowerCase();
}

function request(line: string, ...more: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'Host: a', 'Connection: close', ...more, '', ''].join('\r\n');
}

const bearer = `Authorization: Bearer ${adminKey}`;

describe('every answer is kept by nobody on its way, and taken for nothing but what it says', () => {
  it.each(Object.entries<Route>(routes).map(([name, { method }]) => [method, name] as const))(
    '%s of %s, with a key and without',
    async (method, name) => {
      const { path, body } = sampleCall(name as RouteName, 'acme');
      for (const key of [adminKey, null]) {
        const { headers } = await service.ask(method, path, { key, ...(body !== undefined && { body }) });
        expect([headers['cache-control'], headers['x-content-type-options']]).toEqual(['no-store', 'nosniff']);
        expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined();
      }
    },
  );

  it.each<[string, string]>([
    ['health', request('GET /health/ready')],
    ['metrics', request('GET /metrics')],
    ['the document', request('GET /openapi.json')],
    ['no such path', request('GET /nowhere')],
    ['a path that takes another method', request('POST /v1/keys/nobody', bearer)],
    ['a path that cannot be read', request('GET /v1/accounts/%zz', bearer)],
    ['a head that two could read in two ways', request('GET /v1/accounts', bearer, 'Host: b')],
    ['what is no request', 'nonsense\r\n\r\n'],
  ])('%s', async (_, sent) => {
    const head = await readHead(sent);
    expect(head).toContain('\r\ncache-control: no-store');
    expect(head).toContain('\r\nx-content-type-options: nosniff');
  });

  it('of a page for browsers loads and runs nothing of others, in no frame of theirs', async () => {
    const head = await readHead(request('GET /docs'));
    expect(head).toContain('http/1.1 200');
    expect(/^content-security-policy: (.*)$/m.exec(head)?.[1]).toMatch(/^default-src 'self';.*frame-ancestors 'none'/);
    expect(head).not.toMatch(/script-src[^;]*unsafe/);
  });
});

describe('what cannot be read as a path', () => {
  const counted = /^holdfast_problems_total\{code="invalid_request"\} 1$/m;

  it.each<[string, string, string]>([
    ['no percent sign of UTF-8', '/v1/accounts/%ff', 'the path is not UTF-8 written with percent signs'],
    ['what is longer than any id', `/v1/accounts/${'a'.repeat(2_000)}`, 'a part of the path is longer than anything'],
  ])('is told why, and counted: %s', async (_, path, detail) => {
    const other = await InProcess.open();
    const { status, body } = await other.get<{ detail: string }>(path);
    expect([status, body.detail.slice(0, detail.length)]).toEqual([400, detail]);
    await until(async () => counted.test((await other.get('/metrics', { key: null })).text));
    await other.close();
  });
});
