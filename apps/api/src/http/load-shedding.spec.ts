import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InProcess } from '../../../../test/support/in-process.ts';
import { Neighbour } from '../../../../test/support/neighbour.ts';
import { RawClient, type RawRequest, requestText } from '../../../../test/support/raw-client.ts';
import { until } from '../../../../test/support/until.ts';

/** More than are worked on at once in the whole process. */
const clientsMax = 1_100;

let service: InProcess;
let port: number;
let neighbour: Neighbour;
let greedyKey: string;
let clients: RawClient[];
/** Connections that the service has taken so far. */
let taken = 0;

beforeAll(async () => {
  clients = [];
  service = await InProcess.open({ HOLDFAST_HTTP_LIMITS: 'bodySeconds=600,bodyGraceSeconds=600,headSeconds=600' });
  await service.api.app.listen(0, '127.0.0.1');
  ({ port } = service.api.server.server.address() as AddressInfo);
  service.api.server.server.on('connection', () => (taken += 1));
  await service.account('neighbour', '1000000', { limits: { openHolds: 1_000_000 } });
  await service.account('greedy', '1000000', { limits: { openHolds: 1_000_000 } });
  neighbour = new Neighbour(port, await service.key(['gateway'], { accountPrefixes: ['neighbour'] }));
  greedyKey = await service.key(['gateway', 'operator', 'auditor'], { accountPrefixes: ['greedy'] });
});

afterAll(async () => {
  neighbour.close();
  for (const client of clients) client.leave();
  await service.close();
});

async function client(): Promise<RawClient> {
  const made = await RawClient.connect(port);
  clients.push(made);
  return made;
}

async function deafClient(): Promise<RawClient> {
  const made = await RawClient.deaf(port);
  clients.push(made);
  return made;
}

/** While an attack lasts others get their freezes, and health and metrics answer. */
async function holdsOut(attack: () => Promise<void>): Promise<void> {
  const statuses = await neighbour.during(async () => {
    await attack();
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect((await fetch(`http://127.0.0.1:${String(port)}${path}`)).status).toBe(200);
    }
  });
  for (const one of clients) one.leave();
  clients = [];
  expect(statuses).toEqual(new Set([201]));
}

type Attack = readonly [what: string, method: string, path: string, withKey: boolean];

const open: readonly Attack[] = [
  ['the document', 'GET', '/openapi.json', false],
  ['the page of the document', 'GET', '/docs', false],
  ['health', 'GET', '/health/ready', false],
  ['metrics', 'GET', '/metrics', false],
  ['an unknown route', 'GET', '/nowhere', false],
  ['an unknown route of the ledger', 'POST', '/v1/nowhere', false],
  ['a read without a key', 'GET', '/v1/accounts', false],
  ['a notice that nobody signed', 'POST', '/v1/channels/reference/notifications', false],
];

const keyed: readonly Attack[] = [
  ['a read', 'GET', '/v1/accounts/greedy', true],
  ['a list', 'GET', '/v1/accounts/greedy/events', true],
  ['a list of holds', 'GET', '/v1/accounts/greedy/holds', true],
  ['a balance', 'GET', '/v1/accounts/greedy/balance', true],
];

const posted: readonly Attack[] = [
  ['a freeze', 'POST', '/v1/accounts/greedy/holds', true],
  ['a batch', 'POST', '/v1/batch', true],
  ['an order', 'POST', '/v1/accounts/greedy/orders', true],
];

function asked([, method, path, withKey]: Attack, more: RawRequest = {}): string {
  return requestText(method, path, { ...(withKey && { key: greedyKey }), ...more });
}

describe('one connection that sends a thousand requests ahead and reads no answer', () => {
  it.each([...open, ...keyed])('takes nothing from others: %s', async (...attack) => {
    await holdsOut(async () => {
      (await deafClient()).send(asked(attack).repeat(clientsMax));
    });
  });

  it('has them all answered, in their order, when it reads', async () => {
    const one = await client();
    const paths = Array.from({ length: clientsMax }, (_, n) => (n % 3 === 0 ? '/nowhere' : '/health/live'));
    one.send(paths.map((path) => requestText('GET', path)).join(''));
    await until(() => one.statuses.length === clientsMax);
    expect(one.statuses).toEqual(paths.map((path) => (path === '/nowhere' ? 404 : 200)));
  });
});

describe('a thousand connections with a body that does not come', () => {
  it.each([...open, ...keyed, ...posted])('take nothing from others: %s', async (...attack) => {
    await holdsOut(async () => {
      const before = taken;
      await Promise.all(
        Array.from({ length: clientsMax }, async () => {
          (await client()).send(asked(attack, { body: '{', length: 500 }));
        }),
      );
      // The system takes connections before the service sees them; the attack has begun when it has seen all.
      await until(() => taken >= before + clientsMax);
    });
  });
});

describe('batches of one tenant whose bodies do not come', () => {
  it('close batches to nobody else', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        (await client()).send(requestText('POST', '/v1/batch', { key: greedyKey, body: '{', length: 8_000_000 }));
      }),
    );
    await until(() => service.api.connections.figures().bodies > 0);
    const operations = [{ op: 'freeze', accountId: 'neighbour', holdId: 'in-a-batch', amount: '1' }];
    const one = await client();
    const key = await service.key(['gateway'], { accountPrefixes: ['neighbour'] });
    one.send(requestText('POST', '/v1/batch', { key, body: JSON.stringify({ operations }) }));
    await until(() => one.statuses.length > 0);
    expect(one.text).toContain('{"results":[{"status":201');
  });
});

describe('what is answered before it was read', () => {
  const large = 12_000_000;

  /** Sends all of a large body without reading a word, as simple clients do, and only then reads. */
  async function afterAllIsSent(path: string, key: string | undefined): Promise<RawClient> {
    const one = await deafClient();
    one.send(requestText('POST', path, { ...(key !== undefined && { key }), length: large }));
    const piece = 'x'.repeat(60_000);
    for (let sent = 0; sent < large; sent += piece.length) {
      await new Promise((resolve) => one.socket.write(piece, resolve));
    }
    one.socket.resume();
    await until(() => one.isClosed || one.statuses.length > 0);
    return one;
  }

  it.each<[string, string, boolean, number]>([
    ['a body that is too large', '/v1/accounts/greedy/holds', true, 413],
    ['a batch that is too large', '/v1/batch', true, 413],
    ['no key', '/v1/accounts/greedy/holds', false, 401],
    ['another’s account', '/v1/accounts/neighbour/holds', true, 403],
    ['no such route', '/v1/nowhere', true, 404],
    ['no such route outside the ledger', '/nowhere', false, 404],
    ['a notice that is too large', '/v1/channels/reference/notifications', false, 413],
  ])('is heard by a client that goes on sending: %s', async (_, path, withKey, status) => {
    const one = await afterAllIsSent(path, withKey ? greedyKey : undefined);
    expect(one.error).toBeUndefined();
    expect(one.statuses).toEqual([status]);
    expect(one.text).toMatch(/\r\nconnection: close\r\n/i);
  });

  it.each<[string, string]>([
    ['nested too deep', '['.repeat(1_000)],
    ['too wide', `{${'"a":1,'.repeat(1_000)}`],
  ])('is a batch that is %s, once that is seen and before the rest has come', async (_, begun) => {
    const one = await client();
    one.send(requestText('POST', '/v1/batch', { key: greedyKey, length: 8_000_000 }));
    one.send(begun);
    await until(() => one.isClosed || one.statuses.length > 0);
    expect(one.error).toBeUndefined();
    expect(one.statuses).toEqual([400]);
    expect(one.text).toMatch(/\r\nconnection: close\r\n/i);
    expect(one.text).toContain('"code":"invalid_request"');
  });

  it('is not asked for by a client that asks first whether it may send', async () => {
    const headers = ['expect: 100-continue'];
    const refused = await client();
    refused.send(requestText('POST', '/v1/batch', { length: 1_000, headers }));
    const letIn = await client();
    const body = JSON.stringify({ holdId: 'expected', amount: '1' });
    const holds = '/v1/accounts/greedy/holds';
    letIn.send(requestText('POST', holds, { key: greedyKey, length: body.length, headers }));
    await until(() => refused.isClosed && letIn.statuses.length === 1);
    expect(refused.statuses).toEqual([401]);
    expect(letIn.statuses).toEqual([100]);
    letIn.send(body);
    await until(() => letIn.statuses.length === 2);
    expect(letIn.statuses).toEqual([100, 201]);
  });
});
