import { describe, expect, it } from '@jest/globals';
import { verifyWebhook } from '#client';
import type { EventList, TermsReceipt, WarningList } from '#contract';
import { Receiver } from '../../../../libs/webhooks/testing/receiver.ts';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';
import { until } from '../../../../test/support/until.ts';

let changes = 0;

const service = serviceForAll({ HOLDFAST_WEBHOOK_NETWORKS: '127.0.0.0/8', HOLDFAST_WEBHOOK_HTTP: 'true' });

function put(accountId: string, change: object, key?: string): Promise<Reply<TermsReceipt>> {
  changes += 1;
  const body = { changeId: `c${String(changes)}`, reason: 'because', ...change };
  const path = `/v1/accounts/${accountId}/warnings`;
  return service.ask<TermsReceipt>('PUT', path, { body, ...(key !== undefined && { key }) });
}

async function list(accountId: string, query = ''): Promise<WarningList> {
  await service.listsCaughtUp();
  const { status, body } = await service.get<WarningList>(`/v1/accounts/${accountId}/warnings${query}`);
  expect(status).toBe(200);
  return body;
}

async function listTypes(accountId: string): Promise<readonly string[]> {
  const { body } = await service.get<EventList>(`/v1/accounts/${accountId}/events`);
  return body.events.map(({ type }) => type);
}

function freeze(accountId: string, holdId: string, amount: string): Promise<Reply> {
  return service.done(`/v1/accounts/${accountId}/holds`, { holdId, amount });
}

function heard({ status, headers, text }: Reply<unknown>): string {
  return said(status, headers['content-type'], text);
}

describe('the route to the thresholds', () => {
  it('changes the terms that it is told, and only those', async () => {
    await service.account('set');
    const first = await put('set', { changeId: 'first', availableBelow: '10.50' });
    expect([first.status, first.body]).toMatchObject([200, { changeId: 'first' }]);
    expect(await listTypes('set')).toEqual(['account-opened.v1', 'funds-deposited.v1', 'terms-changed.v1']);
    await put('set', { packPercentBelow: 20 });
    const { body } = await service.get<{ warnings: object }>('/v1/accounts/set');
    expect(body.warnings).toEqual({ availableBelow: '10.5', packPercentBelow: 20, packExpiresWithinDays: null });
  });

  it('answers the same change again as it did, and another one under its id with a conflict', async () => {
    await service.account('again');
    const first = await put('again', { changeId: 'same', availableBelow: '10' });
    const again = await put('again', { changeId: 'same', availableBelow: '10.000' });
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([200, first.text, 'true']);
    expect(heard(await put('again', { changeId: 'same', availableBelow: '11' }))).toMatch('409 idempotency_conflict');
  });

  it.each<[object, string]>([
    [{ availableBelow: 10 }, '400 invalid_amount availableBelow'],
    [{ availableBelow: '1.000000001' }, '400 invalid_amount availableBelow'],
    [{ packPercentBelow: 0 }, '400 invalid_request packPercentBelow'],
    [{ packPercentBelow: 101 }, '400 invalid_request packPercentBelow'],
    [{ packExpiresWithinDays: 0 }, '400 invalid_request packExpiresWithinDays'],
    [{ packExpiresWithinDays: 367 }, '400 invalid_request packExpiresWithinDays'],
    [{ reason: '' }, '400 invalid_request reason'],
    [{ creditLimit: '1' }, '400 invalid_request creditLimit'],
  ])('does not take %j', async (change, problem) => {
    expect(heard(await put('set', change))).toBe(problem);
  });

  it('is for operators; everyone who may read may list', async () => {
    await service.account('scopes');
    const gateway = await service.key(['gateway']);
    expect(heard(await put('scopes', { availableBelow: '1' }, gateway))).toBe('403 forbidden');
    const operator = await service.key(['operator']);
    expect((await put('scopes', { availableBelow: '1' }, operator)).status).toBe(200);
    for (const key of [gateway, operator, await service.key(['auditor'])])
      expect((await service.get('/v1/accounts/scopes/warnings', { key })).status).toBe(200);
  });

  it('of an account that is not there is not found, of a closed one is shut', async () => {
    expect(heard(await put('nobody', { availableBelow: '1' }))).toBe('404 account_not_found');
    expect(heard(await service.get('/v1/accounts/nobody/warnings'))).toBe('404 account_not_found');
    await service.account('over', '0');
    await service.done('/v1/accounts/over/close', { changeId: 'c', reason: 'over' });
    expect(heard(await put('over', { availableBelow: '1' }))).toBe('409 account_closed');
  });
});

describe('the list of warnings', () => {
  it('has each crossing once, in order, page by page', async () => {
    await service.account('listed', '20');
    expect((await list('listed')).warnings).toEqual([]);
    await put('listed', { availableBelow: '-5' });
    await put('listed', { availableBelow: '10' });
    for (const holdId of ['h1', 'h2', 'h3']) await freeze('listed', holdId, '5');
    await freeze('listed', 'h4', '5');
    const all = await list('listed');
    expect(all.warnings).toMatchObject([
      { revision: 7, warning: 'available-low', subject: null, threshold: '10', value: '5' },
      { revision: 9, warning: 'everything-frozen', subject: null, threshold: null, value: '20' },
    ]);
    expect(all.next).toBe(10);
    expect(all.warnings[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const first = await list('listed', '?limit=1');
    expect([first.warnings, first.next]).toEqual([all.warnings.slice(0, 1), 8]);
    const second = await list('listed', '?from=8&limit=1');
    expect(second.warnings).toEqual(all.warnings.slice(1));
    expect((await list('listed', '?from=10')).warnings).toEqual([]);
  });

  it('does not change what a freeze is answered, alone or in a batch', async () => {
    await service.account('plain', '20');
    await service.account('warned', '20');
    await put('warned', { availableBelow: '100' });
    const answers = [];
    for (const accountId of ['plain', 'warned']) {
      const operations = [{ op: 'freeze', accountId, holdId: 'b', amount: '10' }];
      const { body } = await service.done('/v1/batch', { operations });
      answers.push(Object.keys((body['results'] as { body: object }[])[0]?.body ?? {}));
      answers.push(Object.keys((await freeze(accountId, 'h', '10')).body));
    }
    expect(answers.slice(2)).toEqual(answers.slice(0, 2));
    expect((await list('warned')).warnings.map(({ warning }) => warning)).toEqual([
      'available-low',
      'everything-frozen',
    ]);
  });
});

describe('packs', () => {
  it('are warned of when little is left, and when they expire sooner than that', async () => {
    await service.done('/v1/accounts', { accountId: 'packed', priceBook: 'aliyun-2021' });
    await put('packed', { packPercentBelow: 98, packExpiresWithinDays: 366 });
    const path = '/v1/accounts/packed';
    const trial = { packId: 't1', family: 'liveness', units: 100, kind: 'trial' };
    const { body } = await service.done(`${path}/packs`, trial);
    await service.done(`${path}/holds`, { holdId: 'h1', product: 'liveness', quantity: 2 });
    await service.done(`${path}/holds`, { holdId: 'h2', product: 'liveness', quantity: 1 });
    expect((await list('packed')).warnings).toMatchObject([
      { warning: 'pack-expiring', subject: 't1', threshold: '366', value: body['expiresAt'] },
      { warning: 'pack-low', subject: 't1', threshold: '98', value: '97' },
    ]);
  });
});

describe('a webhook', () => {
  it('gets a warning when a freeze crosses the threshold, signed, and only once', async () => {
    const receiver = await Receiver.open();
    try {
      const hook = {
        webhookId: 'warned',
        url: receiver.url,
        eventTypes: ['warning-raised'],
        accountPrefixes: ['hooked'],
      };
      const { secret } = (await service.done('/v1/webhooks', hook)).body as { secret: string };
      await service.account('hooked', '20');
      await put('hooked', { availableBelow: '10' });
      await freeze('hooked', 'h1', '10');
      await freeze('hooked', 'h2', '0.00000001');
      await freeze('hooked', 'h3', '9.99999999');
      await until(() => receiver.received.length === 2);
      const events = receiver.received.map((received) => verifyWebhook(received, secret));
      expect(events).toMatchObject([
        {
          type: 'warning-raised.v1',
          subject: 'hooked',
          data: { warning: 'available-low', threshold: '10', value: '9.99999999' },
        },
        { type: 'warning-raised.v1', subject: 'hooked', data: { warning: 'everything-frozen', value: '20' } },
      ]);
      const [first] = receiver.received;
      expect(() => verifyWebhook({ headers: {}, body: '', ...first }, `whsec_${'A'.repeat(43)}=`)).toThrow();
    } finally {
      await receiver.close();
    }
  });
});
