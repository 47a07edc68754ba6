import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetBalanceAsOf } from '#application';
import { parseMoney } from '#domain';
import type { Connections } from '#http';
import { InProcess } from '../../../../test/support/in-process.ts';
import { RawClient, requestText } from '../../../../test/support/raw-client.ts';
import { until } from '../../../../test/support/until.ts';

/** Small limits, in s and bytes. */
const limits = {
  headSeconds: 1,
  bodySeconds: 2,
  bodyGraceSeconds: 1,
  bodyBytesPerSecond: 1_000,
  answerSeconds: 1,
  idleSeconds: 2,
  drainSeconds: 1,
  answerBytes: 8_000_000,
  answerBytesWithoutKey: 4_000_000,
  openConnections: 40,
  unfinishedBodies: 3,
};

const holds = '/v1/accounts/acme/holds';

let service: InProcess;
let port: number;
let key: string;
let clients: RawClient[] = [];

beforeAll(async () => {
  const text = Object.entries(limits).map(([name, value]) => `${name}=${String(value)}`);
  service = await InProcess.open({ HOLDFAST_HTTP_LIMITS: text.join(',') });
  await service.api.app.listen(0, '127.0.0.1');
  ({ port } = service.api.server.server.address() as AddressInfo);
  await service.account('acme', '1000000', { limits: { openHolds: 1_000_000 } });
  key = await service.key(['gateway', 'auditor']);
  const metadata = { note: 'x'.repeat(480), more: 'x'.repeat(480), last: 'x'.repeat(480) };
  const operations = Array.from({ length: 1_000 }, (_, n) => {
    return { op: 'freeze', accountId: 'acme', holdId: `big-${String(n)}`, amount: '1', metadata };
  });
  await service.done('/v1/batch', { operations });
});

beforeEach(() => {
  for (const client of clients) client.leave();
  clients = [];
});

afterAll(async () => {
  for (const client of clients) client.leave();
  await service.close();
});

async function client(reads = true): Promise<RawClient> {
  const made = await (reads ? RawClient.connect(port) : RawClient.deaf(port));
  clients.push(made);
  return made;
}

async function metric(line: RegExp): Promise<number> {
  return Number(line.exec((await service.get('/metrics', { key: null })).text)?.[1] ?? 0);
}

const figures = (): ReturnType<Connections['figures']> => service.api.connections.figures();

describe('a client that takes its time', () => {
  it('is told so when its body is late, and is counted', async () => {
    const before = await metric(/^holdfast_problems_total\{code="request_timeout"\} (\d+)$/m);
    const one = await client();
    one.send(requestText('POST', holds, { key, body: '{', length: 100 }));
    await until(() => one.isClosed);
    expect(one.statuses).toEqual([408]);
    expect(one.text).toContain('"code":"request_timeout"');
    await until(async () => (await metric(/^holdfast_problems_total\{code="request_timeout"\} (\d+)$/m)) > before);
    expect(await metric(/^holdfast_request_seconds_count\{route="refused early"\} (\d+)$/m)).toBeGreaterThan(0);
  });

  it('is told so when its body comes in drops, long before it would be late', async () => {
    const one = await client();
    one.send(requestText('POST', holds, { key, body: '{', length: 1_000 }));
    const drops = setInterval(() => one.socket.write(' '), 50);
    await until(() => one.isClosed);
    clearInterval(drops);
    expect(one.statuses).toEqual([408]);
  });

  it('is told so when the head of its request does not end', async () => {
    const first = await client();
    first.send('GET /health/live HTTP/1.1\r\nhost: x\r\n');
    const later = await client();
    later.send(requestText('GET', '/health/live'));
    await until(() => later.statuses.length === 1);
    later.send('GET /health/live HTTP/1.1\r\nhost: x\r\n');
    const drops = setInterval(() => {
      for (const one of [first, later]) if (one.socket.writable) one.socket.write('x-more: y\r\n');
    }, 50);
    await until(() => first.isClosed && later.isClosed);
    clearInterval(drops);
    expect([first.statuses, later.statuses]).toEqual([[408], [200, 408]]);
  });

  it('is closed out without a word when it never says anything', async () => {
    const silent = await client();
    await until(() => silent.isClosed);
    expect(silent.text).toBe('');
  });

  it('does nothing after it was refused, even if its body comes in the end', async () => {
    const one = await client();
    const body = JSON.stringify({ holdId: 'too-late', amount: '1' });
    one.send(requestText('POST', holds, { key, length: body.length }));
    await until(() => one.statuses.length === 1);
    one.socket.write(body);
    await until(() => one.isClosed);
    expect((await service.get(`${holds}/too-late`)).status).toBe(404);
  });
});

describe('answers that nobody reads', () => {
  it.each([
    ['with a key', `/v1/accounts/acme/events?limit=1000`, true, limits.answerBytes],
    ['without one', '/openapi.json', false, limits.answerBytesWithoutKey],
  ])('are bounded as a whole %s, and their connections end', async (_, path, withKey, max) => {
    let most = 0;
    for (let count = 0; count < 60; count += 1) {
      const one = await client(false);
      one.send(requestText('GET', path, withKey ? { key } : {}).repeat(20));
      most = Math.max(most, figures().unreadBytes);
    }
    await until(() => figures().ended > 0 && figures().unreadBytes === 0);
    expect(most).toBeLessThanOrEqual(max);
    expect((await service.get('/health/ready', { key: null })).status).toBe(200);
  });
});

describe('a client that leaves', () => {
  it('has nothing more done for it of what it sent ahead', async () => {
    const one = await client(false);
    const sent = Array.from({ length: 300 }, (_, n) => {
      return requestText('POST', holds, { key, body: JSON.stringify({ holdId: `ahead-${String(n)}`, amount: '1' }) });
    });
    one.send(sent.join(''));
    await until(async () => (await service.get(`${holds}/ahead-0`)).status === 200);
    one.leave();
    await until(() => figures().open === 0);
    expect((await service.get(`${holds}/ahead-299`)).status).toBe(404);
    expect(figures()).toMatchObject({ inWork: 0, waiting: 0, bodies: 0, unreadBytes: 0 });
  });

  it('has the rest of its batch left undone', async () => {
    const operations = Array.from({ length: 8_192 }, (_, n) => {
      return { op: 'freeze', accountId: 'acme', holdId: `batch-${String(n)}`, amount: '1' };
    });
    const one = await client();
    one.send(requestText('POST', '/v1/batch', { key, body: JSON.stringify({ operations }) }));
    await until(async () => (await service.get(`${holds}/batch-0`)).status === 200);
    one.leave();
    await until(() => service.api.connections.batches.total === 0);
    expect((await service.get(`${holds}/batch-8191`)).status).toBe(404);
  });
});

describe('work for a client that has left', () => {
  const left = { destroyed: true };

  it('is not decided any more while it waits for its turn', async () => {
    const command = { kind: 'deposit', depositId: 'nobody-waits', amount: parseMoney('1'), reference: null } as const;
    const request = { command, actor: 'someone', correlationId: 'c', operator: false, client: left };
    expect(await service.engine.lanes.run('acme', request)).toEqual({ kind: 'refused', code: 'overloaded' });
    expect((await service.get(`/v1/accounts/acme/events?limit=1000`)).text).not.toContain('nobody-waits');
  });

  it('is not read on for', async () => {
    const { queries } = service.engine;
    const asked = { accountId: 'acme', moment: { revision: 900 } };
    await expect(queries.execute(new GetBalanceAsOf({ ...asked, client: left }))).rejects.toThrow('overloaded');
    expect(await queries.execute(new GetBalanceAsOf(asked))).toBeDefined();
  });
});

describe('what is too many', () => {
  it('ends the oldest body of who has most, who is told, and shows in health', async () => {
    const bodies: RawClient[] = [];
    for (let count = 0; count < limits.unfinishedBodies + 1; count += 1) {
      const one = await client();
      one.send(requestText('POST', holds, { key, body: '{', length: 100 }));
      bodies.push(one);
      await until(() => figures().bodies === Math.min(limits.unfinishedBodies, count + 1));
    }
    await until(() => bodies[0]?.statuses.length === 1);
    expect(bodies.map(({ statuses }) => statuses)).toEqual([[503], [], [], []]);
    const { text } = await service.get('/health/ready', { key: null });
    expect(JSON.parse(text)).toMatchObject({
      ready: true,
      degraded: expect.arrayContaining(['requests are rejected: too many bodies are being received']) as unknown,
    });
  });

  it('ends the oldest connection that carried no key, not one that did', async () => {
    const known = await client();
    known.send(requestText('GET', '/v1/accounts/acme', { key }));
    await until(() => known.statuses.length === 1);
    const strangers: RawClient[] = [];
    for (let count = 0; count < limits.openConnections; count += 1) strangers.push(await client());
    await until(() => strangers[0]?.isClosed === true);
    known.send(requestText('GET', '/v1/accounts/acme', { key }));
    await until(() => known.statuses.length === 2);
    expect(known.statuses).toEqual([200, 200]);
  });
});

describe('what is no HTTP', () => {
  it('is answered once, and its connection ends', async () => {
    const one = await client();
    one.send('nonsense\r\n\r\n');
    await until(() => one.isClosed);
    expect(one.statuses).toEqual([400]);
  });

  it('does not pass for the answer to an earlier request', async () => {
    const one = await client();
    const body = JSON.stringify({ holdId: 'before-nonsense', amount: '1' });
    one.send(`${requestText('POST', holds, { key, body })}nonsense\r\n\r\n`);
    await until(() => one.isClosed);
    expect(one.statuses).not.toContain(400);
  });

  it('is no reason to change the protocol', async () => {
    const one = await client();
    one.send(requestText('GET', '/health/live', { headers: ['connection: upgrade', 'upgrade: h2c'] }));
    await until(() => one.statuses.length === 1);
    expect(one.statuses).toEqual([200]);
  });
});
