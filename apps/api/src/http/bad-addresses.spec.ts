import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, untouchedServiceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';
import { until } from '../../../../test/support/until.ts';

const accounts = '/v1/accounts';
const holds = '/v1/accounts/acme/holds';

const invalid = '400 invalid_request';

const service = untouchedServiceForAll(async () => {
  await service.account('acme');
  await service.done(holds, { holdId: 'h', amount: '1' });
});

describe('what stands behind the question mark', () => {
  it.each<[string, string]>([
    [`${accounts}?limit=0`, `${invalid} limit`],
    [`${accounts}?limit=501`, `${invalid} limit`],
    [`${accounts}?limit=-1`, `${invalid} limit`],
    [`${accounts}?limit=1.5`, `${invalid} limit`],
    [`${accounts}?limit=1e2`, `${invalid} limit`],
    [`${accounts}?limit=ten`, `${invalid} limit`],
    [`${accounts}?limit=`, `${invalid} limit`],
    [`${accounts}?limit=1&limit=2`, `${invalid} limit`],
    [`${accounts}?limit=99999999999999999999`, `${invalid} limit`],
    [`${accounts}?after=..`, `${invalid} after`],
    [`${accounts}?after=a%2Fb`, `${invalid} after`],
    [`${accounts}?after=${'x'.repeat(2_000)}`, `${invalid} after`],
    [`${accounts}?page=2`, `${invalid} page`],
    [`${accounts}?__proto__=1`, `${invalid} __proto__`],
    [`${accounts}?constructor=1`, `${invalid} constructor`],
    [`${holds}?status=frozen`, `${invalid} status`],
    [`${holds}?status=open&status=expired`, `${invalid} status`],
    [`${holds}?limit=501`, `${invalid} limit`],
    ['/v1/accounts/acme/balance?at=yesterday', `${invalid} at`],
    ['/v1/accounts/acme/balance?at=2026-01-01', `${invalid} at`],
    ['/v1/accounts/acme/balance?at=1767225600000', `${invalid} at`],
    ['/v1/accounts/acme/balance?revision=-1', `${invalid} revision`],
    ['/v1/accounts/acme/balance?revision=1.0', `${invalid} revision`],
    ['/v1/accounts/acme/balance?revision=9007199254740993', `${invalid} revision`],
    ['/v1/accounts/acme/balance?revision=0&at=2026-01-01T00:00:00Z', `${invalid} at`],
    ['/v1/accounts/acme/balance?when=now', `${invalid} when`],
    ['/v1/accounts/acme/events?from=-1', `${invalid} from`],
    ['/v1/accounts/acme/events?from=x', `${invalid} from`],
    ['/v1/accounts/acme?at=2026-01-01T00:00:00Z', `${invalid} at`],
    [`${holds}/h?revision=1`, `${invalid} revision`],
    ['/v1/keys?limit=1', `${invalid} limit`],
    ['/v1/price-books?version=1', `${invalid} version`],
    ['/v1/price-books/dcloud-2023?version=1', `${invalid} version`],
  ])('is refused by name: GET %s', async (path, expected) => {
    const reply = await service.ask('GET', path);
    expect(said(reply.status, reply.headers['content-type'], reply.text)).toBe(expected);
  });

  it('is refused where money moves, too', async () => {
    const body = { holdId: 'x', amount: '1' };
    const reply = await service.post(`${holds}?dryRun=true`, body);
    expect(said(reply.status, reply.headers['content-type'], reply.text)).toBe(`${invalid} dryRun`);
  });
});

describe('a path', () => {
  let port: number;

  beforeAll(async () => {
    await service.api.app.listen(0, '127.0.0.1');
    ({ port } = service.api.server.server.address() as AddressInfo);
  });

  function countConnections(server: Server): Promise<number> {
    return promisify(server.getConnections.bind(server))();
  }

  /** Sends the path as it stands, which neither `fetch` nor an injected request does. */
  async function bare(path: string, method = 'GET'): Promise<string> {
    const headers = { authorization: `Bearer ${adminKey}` };
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return said(response.statusCode ?? 0, response.headers['content-type'], await readText(response));
  }

  it.each<[string, string]>([
    ['/v1/accounts/..', `${invalid} accountId`],
    ['/v1/accounts/.', `${invalid} accountId`],
    ['/v1/accounts/%2e%2e', `${invalid} accountId`],
    ['/v1/accounts/%2E%2E/holds', `${invalid} accountId`],
    ['/v1/accounts/../holds', `${invalid} accountId`],
    ['/v1/accounts/', `${invalid} accountId`],
    ['/v1/accounts//holds', `${invalid} accountId`],
    ['/v1/accounts/a%2Fb', `${invalid} accountId`],
    ['/v1/accounts/acme%2Fholds%2Fh', `${invalid} accountId`],
    ['/v1/accounts/a%5Cb', `${invalid} accountId`],
    ['/v1/accounts/a%00', `${invalid} accountId`],
    ['/v1/accounts/a%0A', `${invalid} accountId`],
    ['/v1/accounts/a%20b', `${invalid} accountId`],
    ['/v1/accounts/%E8%B4%A6', `${invalid} accountId`],
    ['/v1/accounts/__proto__%00', `${invalid} accountId`],
    [`/v1/accounts/${'x'.repeat(65)}`, `${invalid} accountId`],
    [`/v1/accounts/${'x'.repeat(1_000)}`, `${invalid} accountId`],
    ['/v1/accounts/acme/holds/..', `${invalid} holdId`],
    ['/v1/accounts/acme/holds/%2e', `${invalid} holdId`],
    ['/v1/accounts/acme/holds/h%2Fsettle', `${invalid} holdId`],
    [`/v1/accounts/acme/holds/${'x'.repeat(65)}`, `${invalid} holdId`],
    ['/v1/price-books/..', `${invalid} priceBook`],
    ['/v1/price-books/Book', `${invalid} priceBook`],
    ['/v1/price-books/book@0', `${invalid} priceBook`],
    ['/v1/price-books/book@1234567', `${invalid} priceBook`],
    ['/v1/accounts/../keys', '404 not_found'],
    ['/v1/../v1/keys', '404 not_found'],
    ['/v1/%2e%2e/keys', '404 not_found'],
    ['/v1%2Fkeys', '404 not_found'],
    ['/v1/accounts/constructor', '404 account_not_found'],
    ['/v1/accounts/__proto__', '404 account_not_found'],
    ['/v1/accounts/toString', '404 account_not_found'],
    ['/v1/accounts/acme/holds/constructor', '404 hold_not_found'],
    ['/v1/accounts/%', invalid],
    ['/v1/accounts/%zz', invalid],
    ['/v1/accounts/%c3%28', invalid],
  ])('is refused or leads nowhere: %s', async (path, expected) => {
    expect(await bare(path)).toBe(expected);
  });

  it('is refused when it is too long for any id', async () => {
    expect(await bare(`/v1/accounts/${'x'.repeat(1_500)}`)).toMatch(/^4\d\d /);
    expect(await bare(`/v1/accounts/${'x'.repeat(8_000)}/holds/${'y'.repeat(3_000)}`)).toMatch(/^4\d\d /);
  });

  it('of what is no request is answered, and its connection is closed although the client keeps its end', async () => {
    const server = service.api.server.server;
    const before = await countConnections(server);
    const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    client.write('GARBAGE\r\n\r\n');
    expect(await readText(client)).toMatch(/^HTTP\/1.1 400 [^]*"code":"invalid_request"}$/);
    await until(async () => (await countConnections(server)) === before);
    client.destroy();
  });

  it('names a key that is none', async () => {
    expect(await bare('/v1/keys/..', 'DELETE')).toBe(`${invalid} keyId`);
    expect(await bare('/v1/keys/constructor', 'DELETE')).toBe('404 key_not_found');
  });
});
