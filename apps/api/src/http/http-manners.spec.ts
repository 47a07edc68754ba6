import { type AddressInfo, connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listMediaTypes, type Route, type RouteName, routes } from '#contract';
import { adminKey, InProcess, type Reply, sampleCall } from '../../../../test/support/in-process.ts';

let service: InProcess;
let port: number;
let eventsBefore: number;

beforeAll(async () => {
  service = await InProcess.open();
  await service.account('acme');
  await service.api.app.listen(0, '127.0.0.1');
  ({ port } = service.api.server.server.address() as AddressInfo);
  eventsBefore = await service.events();
});

afterAll(async () => {
  const eventsAfter = await service.events();
  await service.close();
  // Of all that was refused nothing was carried out.
  expect(eventsAfter).toBe(eventsBefore);
});

const everyRoute = Object.entries<Route>(routes);

/** Sends lines as they stand, and reads until the connection ends. */
async function raw(lines: readonly string[], body = ''): Promise<{ status: number; head: string; text: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write([...lines, '', body].join('\r\n'));
  const answer = await readText(socket);
  const [head = '', text = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(head.slice(9, 12)), head: head.toLowerCase(), text };
}

function readCode({ status, text }: { status: number; text: string }): string {
  return `${String(status)} ${(JSON.parse(text) as { code: string }).code}`;
}

const bearer = `Authorization: Bearer ${adminKey}`;
const head = (line: string, ...more: readonly string[]): string[] => [line, 'Host: a', 'Connection: close', ...more];

describe('the head of a request', () => {
  it.each<[string, readonly string[]]>([
    ['two hosts', head('GET /v1/accounts HTTP/1.1', bearer, 'Host: b')],
    ['two hosts that are alike', head('GET /v1/accounts HTTP/1.1', bearer, 'host: a')],
    ['two hosts in one', ['GET /v1/accounts HTTP/1.1', bearer, 'Host: a, b', 'Connection: close']],
    ['a host with a path', ['GET /v1/accounts HTTP/1.1', bearer, 'Host: a/b', 'Connection: close']],
    ['a host with a user', ['GET /v1/accounts HTTP/1.1', bearer, 'Host: b@a', 'Connection: close']],
    ['a host with a space', ['GET /v1/accounts HTTP/1.1', bearer, 'Host: a b', 'Connection: close']],
    ['a port that is none', ['GET /v1/accounts HTTP/1.1', bearer, 'Host: a:http', 'Connection: close']],
    ['a fragment', head('GET /v1/accounts#limit=1 HTTP/1.1', bearer)],
    ['more than is read of a head', head('GET /v1/accounts HTTP/1.1', bearer, `X-A: ${'b'.repeat(17_000)}`)],
    ['no host', ['GET /v1/accounts HTTP/1.1', bearer, 'Connection: close']],
    ['two keys', head('GET /v1/accounts HTTP/1.1', bearer, bearer)],
    ['two keys where none is needed', head('GET /health/live HTTP/1.1', bearer, 'authorization: Basic eDp5')],
    [
      'two types',
      head('POST /v1/accounts HTTP/1.1', bearer, 'Content-Type: application/json', 'Content-Type: text/csv'),
    ],
    ['two lengths', head('POST /v1/accounts HTTP/1.1', bearer, 'Content-Length: 2', 'Content-Length: 3')],
    [
      'two lengths that are alike',
      head('POST /v1/accounts HTTP/1.1', bearer, 'Content-Length: 0', 'Content-Length: 0'),
    ],
    ['a length with a sign', head('POST /v1/accounts HTTP/1.1', bearer, 'Content-Length: +2')],
    ['a coding that is not chunked', head('POST /v1/accounts HTTP/1.1', bearer, 'Transfer-Encoding: gzip')],
    ['a coding under the chunks', head('POST /v1/accounts HTTP/1.1', bearer, 'Transfer-Encoding: gzip, chunked')],
    ['a coding over the chunks', head('POST /v1/accounts HTTP/1.1', bearer, 'Transfer-Encoding: chunked, gzip')],
    ['a coding that is none', head('POST /v1/accounts HTTP/1.1', bearer, 'Transfer-Encoding: identity')],
    [
      'chunks twice',
      head('POST /v1/accounts HTTP/1.1', bearer, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    ],
    [
      'chunks and a length',
      head('POST /v1/accounts HTTP/1.1', bearer, 'Transfer-Encoding: chunked', 'Content-Length: 2'),
    ],
    ['HTTP/2.0', head('GET /v1/accounts HTTP/2.0', bearer)],
    ['HTTP/2.0 by its preface', ['PRI * HTTP/2.0', '', 'SM']],
    ['HTTP/0.9', head('GET /v1/accounts HTTP/0.9', bearer)],
    ['HTTP/3.0', head('GET /v1/accounts HTTP/3.0', bearer)],
    ['a header without a name', head('GET /v1/accounts HTTP/1.1', bearer, ': x')],
    ['a space before the colon', head('GET /v1/accounts HTTP/1.1', `Authorization : Bearer ${adminKey}`)],
    ['a folded line', head('GET /v1/accounts HTTP/1.1', bearer, 'X-A: b', ' c')],
  ])('is refused, and the connection ended, with %s', async (_, lines) => {
    const answer = await raw(lines);
    expect(readCode(answer)).toBe('400 invalid_request');
    expect(answer.head).toContain('connection: close');
  });

  it('names the scheme of the key in any case, with any number of spaces', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer ', 'bEaReR   ']) {
      const answer = await raw(head('GET /v1/accounts HTTP/1.1', `Authorization: ${scheme} ${adminKey}`));
      expect([scheme, answer.status]).toEqual([scheme, 200]);
    }
    for (const wrong of [
      `Basic ${adminKey}`,
      `Bearer${adminKey}`,
      adminKey,
      `Bearer "${adminKey}"`,
      'Bearer',
      'Bearer ',
    ]) {
      const answer = await raw(head('GET /v1/accounts HTTP/1.1', `Authorization: ${wrong}`));
      expect([wrong, readCode(answer)]).toEqual([wrong, '401 unauthenticated']);
    }
  });

  it('is answered once, whatever comes after what was refused', async () => {
    const garbage = 'GARBAGE\r\n\r\n';
    for (const more of ['Host: b', 'Transfer-Encoding: gzip']) {
      const { text } = await raw(head('POST /v1/accounts HTTP/1.1', bearer, more), garbage);
      expect((JSON.parse(text) as { code: string }).code).toBe('invalid_request');
    }
  });

  it('says so where there is more of it than is read', async () => {
    const { text } = await raw(head('GET /health/live HTTP/1.1', `X-A: ${'b'.repeat(17_000)}`));
    expect(text).toContain('a head has at most 16384 bytes');
  });

  it('names its host as a name or an address, with a port or without, or leaves it empty', async () => {
    for (const host of [
      'ledger',
      'LEDGER.example:3000',
      '127.0.0.1:3000',
      '[::1]:3000',
      '[fe80::1%25eth0]',
      'a_b',
      'a.',
      '',
    ]) {
      const answer = await raw(['GET /health/live HTTP/1.1', `Host: ${host}`, 'Connection: close']);
      expect([host, answer.status]).toEqual([host, 200]);
    }
  });

  it('may have a target with its host, as proxies are sent it', async () => {
    expect((await raw(head('GET http://a:80/v1/accounts?limit=1 HTTP/1.1', bearer))).status).toBe(200);
    const other = await raw(head('DELETE http://a/v1/accounts?limit=1 HTTP/1.1', bearer));
    expect([readCode(other), /^allow: (.*)$/m.exec(other.head)?.[1]?.trim()]).toEqual([
      '405 method_not_allowed',
      'get, head, post',
    ]);
  });

  it('is told to go on only where it asks for that in words that it knows', async () => {
    const body = '{"accountId":"..";';
    const asks = (version: string, expect: string): string[] => [
      `POST /v1/accounts HTTP/${version}`,
      'Host: a',
      'Connection: close',
      bearer,
      'Content-Type: application/json',
      `Content-Length: ${String(body.length)}`,
      `Expect: ${expect}`,
    ];
    expect((await raw(asks('1.1', '100-continue'), body)).status).toBe(100);
    expect((await raw(asks('1.1', '100-Continue'), body)).status).toBe(100);
    expect((await raw(asks('1.1', '200-ok'), body)).status).toBe(400);
    expect((await raw(asks('1.0', '100-continue'), body)).status).toBe(400);
  });

  it('of HTTP/1.0 is read, with and without a host', async () => {
    expect((await raw(['GET /v1/accounts HTTP/1.0', bearer])).status).toBe(200);
    expect((await raw(['GET /v1/accounts HTTP/1.0', bearer, 'Host: a'])).status).toBe(200);
  });
});

describe('a path that does not take a method', () => {
  const methodsByPath = new Map<string, Set<string>>();
  for (const [name, { method }] of everyRoute) {
    const { path } = sampleCall(name as RouteName, 'acme');
    const known = methodsByPath.get(path) ?? new Set();
    methodsByPath.set(path, known.add(method));
    if (method === 'GET') known.add('HEAD');
  }
  for (const path of ['/openapi.json', '/health/live', '/health/ready', '/metrics']) {
    methodsByPath.set(path, new Set(['GET', 'HEAD']));
  }

  it.each([...methodsByPath.keys()])('says which it takes: %s', async (path) => {
    const taken = methodsByPath.get(path) ?? new Set();
    const others = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'].filter(
      (method) => !taken.has(method),
    );
    for (const method of others) {
      const { status, head: answered } = await raw(head(`${method} ${path} HTTP/1.1`, 'Content-Length: 0'));
      expect([method, status]).toEqual([method, 405]);
      const allowed = /^allow: (.*)$/m.exec(answered)?.[1]?.trim().toUpperCase().split(', ');
      expect(allowed).toEqual([...taken].sort());
    }
  });

  it.each([
    '/v1',
    '/v1/',
    '/v1/nowhere',
    '/v1/keys/',
    '/v1/accounts/acme/',
    '/v1/accounts/acme/holds/h/',
    '/v1/accounts/acme/holds/h/settle/',
    '/',
    '/V1/keys',
    '*',
  ])('is not one that is not there: %s', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PATCH']) {
      const answer = await raw(head(`${method} ${path} HTTP/1.1`, bearer, 'Content-Length: 0'));
      expect([method, readCode(answer)]).toEqual([method, '404 not_found']);
    }
  });

  it('answers a HEAD as its GET, without a body', async () => {
    const answer = await raw(head('HEAD /v1/accounts/acme HTTP/1.1', bearer));
    expect([answer.status, answer.text]).toEqual([200, '']);
    const missing = await raw(head('HEAD /v1/accounts/nobody HTTP/1.1', bearer));
    expect([missing.status, missing.text]).toEqual([404, '']);
  });
});

describe('what a caller accepts', () => {
  const nothingFits = [
    'text/plain',
    'application/xml, text/plain;q=0.5',
    'application/json;q=0',
    '*/*;q=0',
    'application/*;q=0, text/plain',
    '*/*, application/json;q=0',
    'application/json;q=0.000, */*;q=0.0',
    'application/json; charset=gbk',
    'text/*',
    'json',
  ];
  const jsonFits = [
    '*/*',
    'application/json',
    'APPLICATION/JSON',
    'application/*',
    'application/json;q=0.001',
    'text/plain, */*;q=0.1',
    'text/html;level="1,2", application/json;q=0.2',
    'application/*;q=0, application/json',
    'application/json;charset=UTF-8',
    ' application/json ; q=1.000 ',
    'application/json, application/problem+json',
    ',,application/json,',
    '',
  ];

  it.each(everyRoute.map(([name]) => name))('is heeded before anything is done: %s', async (name) => {
    const route = (routes as Record<string, Route>)[name];
    if (route === undefined) throw new Error('no route');
    const { path, body } = sampleCall(name as RouteName, 'acme');
    const ask = (accept: string): Promise<Reply> =>
      service.ask(route.method, path, { headers: { accept }, ...(body !== undefined && { body }) });
    const forms = listMediaTypes(route);
    // Bills can be had in other forms.
    const refusing = nothingFits.filter((accept) => forms.length === 1 || !/text\/\*|^\*\/\*, /.test(accept));
    for (const accept of refusing) {
      const reply = await ask(accept);
      expect([accept, reply.status, reply.body['code']]).toEqual([accept, 406, 'not_acceptable']);
      expect(reply.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('is met where it fits, and never stands against a problem', async () => {
    for (const accept of jsonFits) {
      for (const path of ['/v1/accounts', '/v1/accounts/acme', '/openapi.json']) {
        expect([accept, (await service.get(path, { headers: { accept } })).status]).toEqual([accept, 200]);
      }
      const missing = await service.get<{ code: string }>('/v1/accounts/nobody', { headers: { accept } });
      expect([accept, missing.body.code]).toEqual([accept, 'account_not_found']);
    }
    expect((await service.get('/openapi.json', { headers: { accept: 'text/csv' } })).status).toBe(406);
    const elsewhere = await service.get<{ code: string }>('/v1/nowhere', { headers: { accept: 'text/csv' } });
    expect(elsewhere.body.code).toBe('not_found');
    const stranger = await service.get<{ code: string }>('/v1/accounts', {
      key: null,
      headers: { accept: 'text/csv' },
    });
    expect(stranger.body.code).toBe('unauthenticated');
  });

  it('is no question for who asks after health', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect((await service.get(path, { headers: { accept: 'text/csv' } })).status).toBe(200);
    }
  });
});

describe('a request without a body', () => {
  const bodyless = everyRoute.filter(([, { body, method }]) => body === undefined && method !== 'GET');

  it.each(bodyless.map(([name, { method }]) => [method, name] as const))(
    'may name a type all the same: %s of %s',
    async (method, name) => {
      const { path } = sampleCall(name as RouteName, 'acme');
      const key = await service.key(['gateway']);
      for (const type of ['application/json', 'application/json; charset=utf-8', 'text/plain']) {
        // The key may not do it: what is asked here is only whether the request is read.
        const lines = head(`${method} ${path} HTTP/1.1`, `Authorization: Bearer ${key}`, `Content-Type: ${type}`);
        expect(readCode(await raw(lines))).toBe('403 forbidden');
      }
      eventsBefore += 1;
    },
  );

  it('works over the wire: DELETE with a type, with and without a length', async () => {
    for (const more of [[], ['Content-Length: 0']]) {
      const answer = await raw(
        head('DELETE /v1/keys/nobody HTTP/1.1', bearer, 'Content-Type: application/json', ...more),
      );
      expect(readCode(answer)).toBe('404 key_not_found');
    }
    const some = head('DELETE /v1/keys/nobody HTTP/1.1', bearer, 'Content-Type: application/json', 'Content-Length: 7');
    expect(readCode(await raw(some, '{"a":1}'))).toBe('400 invalid_request');
    const none = head('DELETE /v1/keys/nobody HTTP/1.1', bearer, 'Content-Type: application/json', 'Content-Length: 2');
    expect(readCode(await raw(none, '{}'))).toBe('404 key_not_found');
  });
});

describe('a body of another type', () => {
  it.each(everyRoute.filter(([, { body }]) => body !== undefined).map(([name, { method }]) => [method, name] as const))(
    'is 415, and what is taken is said: %s of %s',
    async (method, name) => {
      const { path } = sampleCall(name as RouteName, 'acme');
      for (const type of ['text/plain', 'application/json; charset=gb18030', 'application/json;charset=utf-16le', '']) {
        const reply = await service.ask(method, path, { text: '{}', headers: { 'content-type': type } });
        expect([type, reply.status, reply.body['code']]).toEqual([type, 415, 'unsupported_media_type']);
        expect(reply.headers['accept']).toBe('application/json');
        expect(reply.body['detail']).toContain('application/json');
      }
    },
  );
});
