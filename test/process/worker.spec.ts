import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Caller } from '../support/caller.ts';
import { Fleet } from '../support/fleet.ts';
import { RawClient, requestText } from '../support/raw-client.ts';
import { adminKey, DataDirectory, Service } from '../support/service.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

let fleet: Fleet;
let worker: Service;
let gatewayKey: string;

beforeAll(async () => {
  fleet = await Fleet.open('one file');
  await fleet.addLedger();
  worker = await fleet.addWorker();
  const made = await fleet.done('/v1/keys', { name: 'gateway', scopes: ['gateway', 'operator', 'auditor'] });
  gatewayKey = (JSON.parse(made.text) as { key: string }).key;
});

afterAll(async () => {
  await fleet.close();
});

/** How the board answers. */
async function board(method: string, path: string, authorization?: string): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  return (await fetch(`${worker.url}/board${path}`, { method, headers })).status;
}

function asBrowser(password: string): string {
  return `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;
}

describe('a worker', () => {
  it('shows its alarms to who has an admin key, as a bearer or as a browser asks for it', async () => {
    for (const authorization of [`Bearer ${adminKey}`, asBrowser(adminKey)]) {
      expect(await board('GET', '', authorization)).toBe(200);
      await until(async () => {
        const text = await (await fetch(`${worker.url}/board/api/queues`, { headers: { authorization } })).text();
        return text.includes('"name":"unfreezing"') && text.includes('"readOnlyMode":true');
      });
    }
  });

  it('shows them to nobody else, and lets nobody change anything', async () => {
    for (const path of ['', '/api/queues', '/static/favicon.ico']) {
      expect(await board('GET', path)).toBe(401);
      expect(await board('GET', path, asBrowser('wrong'))).toBe(401);
      expect(await board('GET', path, `Bearer ${gatewayKey}`)).toBe(403);
    }
    for (const path of [
      '/api/queues/unfreezing/pause',
      '/api/queues/unfreezing/empty',
      '/api/queues/unfreezing/obliterate',
    ]) {
      expect(await board('PUT', path, `Bearer ${adminKey}`)).toBe(403);
    }
  });

  it('ends the start where its port is taken, and names the variable', async () => {
    const { port } = new URL(worker.url);
    await expect(fleet.addWorker({ HOLDFAST_PORT: port })).rejects.toThrow(`HOLDFAST_PORT is ${port}, but another`);
  });

  it('has no routes for callers', async () => {
    expect((await new Caller(worker.url, adminKey).get('/v1/accounts')).status).toBe(404);
  });

  it('reads heads as strictly as a ledger, answers with problems, and counts them', async () => {
    const port = Number(new URL(worker.url).port);
    const answers = async (text: string): Promise<string> => {
      const client = await RawClient.connect(port);
      client.send(text);
      await until(() => client.statuses.length === 1);
      client.leave();
      return client.text.toLowerCase();
    };
    for (const [text, status, code] of [
      [requestText('GET', '/metrics', { headers: ['host: other'] }), 400, 'invalid_request'],
      [requestText('GET', '/metrics', { headers: ['transfer-encoding: gzip, chunked'] }), 400, 'invalid_request'],
      [requestText('GET', '/%zz'), 400, 'invalid_request'],
      [requestText('POST', '/metrics'), 405, 'method_not_allowed'],
      [requestText('GET', '/nowhere'), 404, 'not_found'],
      [requestText('GET', '/board'), 401, 'unauthenticated'],
      ['nonsense\r\n\r\n', 400, 'invalid_request'],
    ] as const) {
      const answer = await answers(text);
      expect(answer).toMatch(new RegExp(`^http/1.1 ${String(status)} [^]*"code":"${code}"`));
      expect(answer).toContain('\r\ncache-control: no-store\r\n');
      expect(answer).toContain('\r\nx-content-type-options: nosniff\r\n');
    }
    await until(async () => {
      const text = await (await fetch(`${worker.url}/metrics`)).text();
      return ['invalid_request', 'method_not_allowed', 'not_found', 'unauthenticated'].every((code) =>
        text.includes(`holdfast_problems_total{code="${code}"} `),
      );
    });
  });

  it('tells how its alarms are', async () => {
    expect(await (await fetch(`${worker.url}/health/ready`)).json()).toEqual({ ready: true });
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    for (const name of ['away', 'rung_total', 'failed_total', 'delayed', 'waiting', 'active', 'horizon_seconds']) {
      expect(text).toMatch(new RegExp(`^holdfast_alarms_${name} \\d+$`, 'm'));
      const type = name.endsWith('_total') ? 'counter' : 'gauge';
      expect(text).toContain(`# TYPE holdfast_alarms_${name} ${type}\n`);
    }
  });

  it('shows when a freeze is undone as soon as it has happened, however far ahead that is', async () => {
    await fleet.done('/v1/accounts', { accountId: 'seen' });
    await fleet.done('/v1/accounts/seen/deposits', { depositId: 'd', amount: '10' });
    const frozen = await fleet.done('/v1/accounts/seen/holds', { holdId: 'h', amount: '1' });
    const { expiresAt } = JSON.parse(frozen.text) as { expiresAt: string };
    const second = Math.floor(Date.parse(expiresAt) / 1_000);
    expect(second * 1_000 - Date.now()).toBeGreaterThan(1_700_000);
    const job = `unfreeze-seen-${String(second)}`;
    await until(async () => {
      const headers = { authorization: `Bearer ${adminKey}` };
      const query = '?activeQueue=unfreezing&status=delayed&page=1';
      return (await (await fetch(`${worker.url}/board/api/queues${query}`, { headers })).text()).includes(job);
    });
  });

  it('goes on telling while clients send ahead, leave bodies unfinished, and read nothing', async () => {
    const port = Number(new URL(worker.url).port);
    const clients: RawClient[] = [];
    for (let count = 0; count < 300; count += 1) {
      const method = count % 2 === 0 ? 'POST' : 'GET';
      for (const path of ['/board/api/queues', '/nowhere']) {
        const client = await RawClient.connect(port);
        client.send(requestText(method, path, { body: '{', length: 5_000_000 }));
        clients.push(client);
      }
      const deaf = await RawClient.deaf(port);
      if (count < 20) deaf.send(requestText('GET', '/metrics').repeat(1_100));
      clients.push(deaf);
    }
    await until(() => clients.filter(({ statuses }) => statuses.length === 1).length === 600);
    const said = new Set(clients.flatMap(({ statuses }) => statuses));
    for (const client of clients) client.leave();
    expect(said).toEqual(new Set([401, 404, 405]));
    expect((await fetch(`${worker.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${worker.url}/metrics`)).status).toBe(200);
  });

  it('does not start without Redis, and says why', async () => {
    const data = new DataDirectory();
    const { code, stdout } = await Service.launch(data.path, { app: 'worker' }).ended;
    data.delete();
    expect(code).toBe(1);
    expect(stdout).toContain('REDIS_URL is missing');
  });

  it('does not start on a Redis that may throw alarms away, and says what to do', async () => {
    fleet.redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const data = new DataDirectory();
    const environment = { REDIS_URL: fleet.redis.url };
    const { code, stdout } = await Service.launch(data.path, { app: 'worker', environment }).ended;
    fleet.redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    data.delete();
    expect(code).toBe(1);
    expect(stdout).toContain('set it to noeviction');
  });
});

describe('a process whose clock is an hour from that of the others', () => {
  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('%s takes no command and says why, from its start on', async (_, clockOffsetMs) => {
    const data = new DataDirectory();
    const service = await Service.start(data.path, { clockOffsetMs, environment: { REDIS_URL: fleet.redis.url } });
    const live = await fetch(`${service.url}/health/live`);
    expect([live.status, await live.text()]).toEqual([503, expect.stringContaining('that of Redis')]);
    const reply = await service.admin.post('/v1/accounts', { accountId: 'acme' });
    expect([reply.status, reply.text]).toEqual([503, expect.stringContaining('clock_untrusted')]);
    await service.kill();
    data.delete();
  });
});

describe('a ledger that is told to stop with a delay', () => {
  it('says that it is not ready, goes on serving, and ends with 0', async () => {
    const data = new DataDirectory();
    const service = await Service.start(data.path, { environment: { HOLDFAST_STOP_DELAY_SECONDS: '2' } });
    await service.admin.done('/v1/accounts', { accountId: 'acme' });
    const ending = service.stop();
    await until(async () => (await fetch(`${service.url}/health/ready`)).status === 503);
    await service.admin.done('/v1/accounts/acme/deposits', { depositId: 'd', amount: '1' });
    expect(await ending).toMatchObject({ code: 0, stderr: '' });
    data.delete();
  });
});
