import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyWebhook } from '#client';
import { Receiver } from '../../../../libs/webhooks/testing/receiver.ts';
import { serviceForAll } from '../../../../test/support/in-process.ts';
import { until } from '../../../../test/support/until.ts';

interface Webhook {
  readonly webhookId: string;
  readonly status: string;
  readonly disabledFor: string | null;
  readonly accountPrefixes: readonly string[] | null;
  readonly secrets: readonly { readonly secretId: string; readonly validUntil: string | null }[];
  readonly secret?: string;
  readonly delivery: {
    readonly position: string;
    readonly failing: unknown;
    readonly waiting: { readonly events: number } | null;
  } | null;
}

let receiver: Receiver;
let hooks = 0;

const service = serviceForAll({ HOLDFAST_WEBHOOK_NETWORKS: '127.0.0.0/8', HOLDFAST_WEBHOOK_HTTP: 'true' });

beforeEach(async () => {
  receiver = await Receiver.open();
});

afterEach(async () => {
  for (const { webhookId } of (await list()).filter(({ status }) => status === 'active')) {
    await service.ask('DELETE', `/v1/webhooks/${webhookId}`);
  }
  await receiver.close();
});

async function list(key?: string): Promise<readonly Webhook[]> {
  return (await service.get<{ webhooks: Webhook[] }>('/v1/webhooks', key === undefined ? {} : { key })).body.webhooks;
}

/** Registers an endpoint at the receiver. */
async function register(more: object = {}, key?: string): Promise<Webhook> {
  hooks += 1;
  const body = { webhookId: `hook-${String(hooks)}`, url: receiver.url, ...more };
  const reply = await service.post<Webhook>('/v1/webhooks', body, key === undefined ? {} : { key });
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body;
}

function state(webhookId: string): Promise<Webhook> {
  return service.get<Webhook>(`/v1/webhooks/${webhookId}`).then(({ body }) => body);
}

describe('a webhook', () => {
  it('gets what happens to accounts, and its receiver can verify it', async () => {
    const { webhookId, secret = '' } = await register({ accountPrefixes: ['hooked'] });
    await service.account('hooked');
    await service.account('other');
    await until(() => receiver.received.length === 2);
    const events = receiver.received.map((received) => verifyWebhook(received, secret));
    expect(events.map(({ type, subject }) => [type, subject])).toEqual([
      ['account-opened.v1', 'hooked'],
      ['funds-deposited.v1', 'hooked'],
    ]);
    await until(async () => (await state(webhookId)).delivery?.failing === null);
  });

  it('says what waits while its receiver asks to be left alone', async () => {
    receiver.answer = (_, response) => {
      response.writeHead(503, { 'retry-after': '600' }).end();
      return undefined;
    };
    const { webhookId } = await register({ accountPrefixes: ['waits'] });
    await service.account('waits');
    await until(async () => (await state(webhookId)).delivery?.waiting?.events === 2);
    const { waiting } = (await state(webhookId)).delivery ?? {};
    expect(waiting).toEqual({ accounts: 1, events: 2, nextAt: expect.stringMatching(/Z$/) as unknown, more: false });
  });

  it('shows its secret once, and another one when it is rotated', async () => {
    const { webhookId, secret } = await register();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const path = `/v1/webhooks/${webhookId}`;
    const rotated = await service.post<Webhook>(`${path}/secrets`, { secretId: 'second', graceSeconds: 60 });
    expect(rotated.status).toBe(201);
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.secret).not.toBe(secret);
    expect(rotated.body.secrets.map(({ secretId, validUntil }) => [secretId, validUntil !== null])).toEqual([
      ['first', true],
      ['second', false],
    ]);
    const again = await service.post(`${path}/secrets`, { secretId: 'second' });
    expect([again.status, again.body]).toEqual([409, expect.objectContaining({ field: 'secretId' })]);
    for (const text of [(await service.get(path)).text, JSON.stringify(await list())]) {
      expect(text).not.toContain('whsec_');
      expect(text).not.toContain(secret?.slice(6, 40));
    }
  });

  it('is disabled and enabled, each for good however often it is said', async () => {
    const { webhookId } = await register();
    const path = `/v1/webhooks/${webhookId}`;
    for (const [route, status] of [
      ['disable', 'disabled'],
      ['disable', 'disabled'],
      ['enable', 'active'],
      ['enable', 'active'],
    ]) {
      const before = await service.events();
      const { body } = await service.post<Webhook>(`${path}/${String(route)}`, { reason: 'because' });
      expect(body.status).toBe(status);
      expect(await service.events()).toBeLessThanOrEqual(before + 2);
    }
    const disabled = await service.post<Webhook>(`${path}/disable`, { reason: 'because' });
    expect(disabled.body).toMatchObject({ disabledFor: 'operator', disabledBecause: 'because' });
    await service.post(`${path}/enable`, { reason: 'because' });
  });

  it('that was deleted is gone, and its id stays taken', async () => {
    const { webhookId } = await register();
    expect((await service.ask('DELETE', `/v1/webhooks/${webhookId}`)).body).toMatchObject({ status: 'deleted' });
    expect((await service.get(`/v1/webhooks/${webhookId}`)).body).toMatchObject({ code: 'webhook_not_found' });
    const again = await service.post('/v1/webhooks', { webhookId, url: receiver.url });
    expect(again.body).toMatchObject({ code: 'webhook_already_exists', status: 409 });
  });

  it('is sent again what it is asked to, after a position or since a time', async () => {
    const { webhookId } = await register({ accountPrefixes: ['again'] });
    await service.account('again');
    await until(() => receiver.received.length === 2);
    const path = `/v1/webhooks/${webhookId}/replay`;
    expect((await service.post(path, { after: '' })).status).toBe(200);
    await until(() => receiver.received.length === 4);
    expect((await service.post(path, { since: '2026-01-01T00:00:00Z' })).status).toBe(200);
    await until(() => receiver.received.length === 6);
    expect(receiver.order).toEqual(['again 0', 'again 1', 'again 0', 'again 1', 'again 0', 'again 1']);
  });

  it.each([
    ['nothing', {}],
    ['both', { after: '', since: '2026-01-01T00:00:00Z' }],
    ['what is no time', { since: 'yesterday' }],
    ['what is no position of this ledger', { after: 'abc' }],
    ['what is no position at all', { after: 'last tuesday' }],
  ])('cannot be replayed from %s', async (_, body) => {
    const { webhookId } = await register();
    const reply = await service.post(`/v1/webhooks/${webhookId}/replay`, body);
    expect([reply.status, reply.body['code']]).toEqual([400, 'invalid_request']);
  });
});

describe('a registration', () => {
  it.each([
    'http://10.0.0.1/',
    'https://169.254.169.254/latest',
    'https://[::1]/',
    'https://user:secret@hooks.example/',
    'ftp://hooks.example/',
    'https:hooks.example',
    'https:///hooks.example',
    'https://168.63.129.16/machine',
    'nowhere',
  ])('is refused for %s', async (url) => {
    const reply = await service.post('/v1/webhooks', { webhookId: 'refused', url });
    expect([reply.status, reply.body['code'], reply.body['field']]).toEqual([422, 'webhook_url_refused', 'url']);
  });

  it.each([
    ['an unknown event type', { eventTypes: ['funds-deposited', 'money-lost.v1'] }, 'eventTypes.1'],
    ['a version that no event has', { eventTypes: ['funds-deposited.v2'] }, 'eventTypes.0'],
    ['a version that no event has yet', { eventTypes: ['hold-settled', 'funds-frozen.v999'] }, 'eventTypes.1'],
    ['a version of a checkpoint that none has', { eventTypes: ['checkpoint-signed.v9'] }, 'eventTypes.0'],
    ['no event type', { eventTypes: [] }, 'eventTypes'],
    ['a prefix that no account can have', { accountPrefixes: ['a/b'] }, 'accountPrefixes.0'],
    ['no id', { webhookId: '' }, 'webhookId'],
  ])('is refused with %s', async (_, more, field) => {
    const body = { webhookId: 'refused', url: receiver.url, ...more };
    const reply = await service.post('/v1/webhooks', body);
    expect([reply.status, reply.body['code'], reply.body['field']]).toEqual([400, 'invalid_request', field]);
  });

  it('takes a scheme in capitals', async () => {
    const { webhookId } = await register({ url: receiver.url.replace('http:', 'HTTP:'), accountPrefixes: ['loud'] });
    await service.account('loud');
    await until(() => receiver.received.length === 2);
    await until(async () => (await state(webhookId)).delivery?.failing === null);
  });

  it('takes an event type with or without its version', async () => {
    await register({ eventTypes: ['account-opened.v1', 'funds-deposited'], accountPrefixes: ['typed'] });
    await service.account('typed');
    await until(() => receiver.received.length === 2);
    expect(receiver.order).toEqual(['typed 0', 'typed 1']);
  });
});

describe('a key that is bound to accounts', () => {
  it('registers endpoints for those accounts only, for all of them unless it says for which', async () => {
    const key = await service.key(['operator'], { accountPrefixes: ['mine-', 'ours-'] });
    expect((await register({}, key)).accountPrefixes).toEqual(['mine-', 'ours-']);
    expect((await register({ accountPrefixes: ['mine-1'] }, key)).accountPrefixes).toEqual(['mine-1']);
    for (const accountPrefixes of [['mine'], ['mine-', 'yours-'], ['m']]) {
      const reply = await service.post('/v1/webhooks', { webhookId: 'x', url: receiver.url, accountPrefixes }, { key });
      expect([reply.status, reply.body['code']]).toEqual([403, 'forbidden']);
    }
  });

  it('sees and changes no other endpoint', async () => {
    const key = await service.key(['operator', 'auditor'], { accountPrefixes: ['mine-'] });
    const all = await register();
    const partly = await register({ accountPrefixes: ['mine-', 'yours-'] });
    const own = await register({ accountPrefixes: ['mine-2'] });
    expect((await list(key)).map(({ webhookId }) => webhookId)).toEqual([own.webhookId]);
    for (const { webhookId } of [all, partly]) {
      const path = `/v1/webhooks/${webhookId}`;
      const replies = [
        await service.get(path, { key }),
        await service.ask('DELETE', path, { key }),
        await service.post(`${path}/disable`, { reason: 'because' }, { key }),
        await service.post(`${path}/secrets`, { secretId: 'stolen' }, { key }),
        await service.post(`${path}/replay`, { after: '' }, { key }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
      expect((await state(webhookId)).status).toBe('active');
    }
  });
});
