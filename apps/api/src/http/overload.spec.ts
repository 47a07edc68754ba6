import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { InProcess } from '../../../../test/support/in-process.ts';
import { RawClient, requestText } from '../../../../test/support/raw-client.ts';
import { until } from '../../../../test/support/until.ts';

const holds = '/v1/accounts/acme/holds';
const turnedAway = 'requests are rejected: too many are in progress';

let service: InProcess;
let port: number;
const clients: RawClient[] = [];

beforeAll(async () => {
  service = await InProcess.open({ HOLDFAST_HTTP_LIMITS: 'requestsInWork=1,answerSeconds=600' });
  await service.api.app.listen(0, '127.0.0.1');
  ({ port } = service.api.server.server.address() as AddressInfo);
  await service.account('acme', '1000000');
  const metadata = { note: 'x'.repeat(480), more: 'x'.repeat(480) };
  const operations = Array.from({ length: 500 }, (_, n) => {
    return { op: 'freeze', accountId: 'acme', holdId: `large-${String(n)}`, amount: '1', metadata };
  });
  await service.done('/v1/batch', { operations });
});

afterAll(async () => {
  for (const client of clients) client.leave();
  await service.close();
});

async function client(): Promise<RawClient> {
  const made = await RawClient.connect(port);
  clients.push(made);
  return made;
}

async function counted(line: RegExp): Promise<number> {
  return Number(line.exec((await service.get('/metrics', { key: null })).text)?.[1] ?? 0);
}

const overloads = /^holdfast_problems_total\{code="overloaded"\} (\d+)$/m;
const early = /^holdfast_request_seconds_count\{route="refused early"\} (\d+)$/m;

async function degraded(): Promise<unknown> {
  return (JSON.parse((await service.get('/health/ready', { key: null })).text) as { degraded?: unknown }).degraded;
}

/** Asks over a connection, and waits for the answer. */
async function asked(one: RawClient, text: string): Promise<number | undefined> {
  const before = one.statuses.length;
  one.send(text);
  await until(() => one.statuses.length > before);
  return one.statuses.at(-1);
}

it('turns work of a key away beyond its share, tells and counts it, and takes it again when there is room', async () => {
  const key = await service.key(['gateway', 'auditor']);
  const read = requestText('GET', '/v1/accounts/acme', { key });
  const known = await client();
  expect(await asked(known, read)).toBe(200);

  // Answered but not read: a request is worked on until its answer is on its way.
  const deaf = await RawClient.deaf(port);
  clients.push(deaf);
  deaf.send(requestText('GET', `/v1/accounts/acme/events?limit=500`, { key }).repeat(100));
  const { connections } = service.api;
  await until(() => connections.figures().unreadBytes > 0);
  expect(connections.figures().inWork).toBe(1);

  expect(await counted(overloads)).toBe(0);
  expect(await degraded()).toBeUndefined();
  const body = JSON.stringify({ holdId: 'too-many', amount: '1' });
  const freeze = requestText('POST', holds, { key, body });
  const fresh = await client();
  expect(await asked(fresh, freeze)).toBe(503);
  expect(fresh.text).toContain('"code":"overloaded"');
  expect(fresh.text).toMatch(/\r\nretry-after: [1-9]\d*\r\n/i);
  await until(async () => (await counted(overloads)) === 1);
  expect(await degraded()).toEqual([turnedAway]);

  // Of a key that was found good before, on the same connection, nothing more is asked.
  expect(await asked(known, freeze)).toBe(503);
  expect(known.text).toMatch(/\r\nretry-after: [1-9]\d*\r\n/i);
  await until(async () => (await counted(overloads)) === 2);
  expect(await counted(early)).toBe(1);

  const other = await service.key(['gateway']);
  expect(await asked(await client(), requestText('GET', '/v1/accounts/acme', { key: other }))).toBe(200);

  deaf.leave();
  await until(() => connections.figures().inWork === 0);
  expect(await asked(known, freeze)).toBe(201);
  expect(await asked(fresh, freeze)).toBe(201);
});
