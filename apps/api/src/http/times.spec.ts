import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { signNotice } from '#channels';
import { type Route, routes, toInstant } from '#contract';
import { serviceForAll } from '../../../../test/support/in-process.ts';

const secret = `whsec_${Buffer.from(Array.from({ length: 32 }, (_, n) => 7 * n)).toString('base64')}`;

const service = serviceForAll({ HOLDFAST_REFERENCE_CHANNEL_SECRET: secret }, async () => {
  await service.account('acme');
});

/** The fields of a body or a query that are times. */
function timesIn(schema: z.ZodType | undefined): string[] {
  if (schema === undefined) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { format?: string }>;
  };
  return Object.entries(properties).flatMap(([name, { format }]) => (format === 'date-time' ? [name] : []));
}

/** How others print the same instant, give or take what is below the millisecond. */
const spellings = [
  '2026-01-29T08:00:00.123Z',
  '2026-01-29T08:00:00.1230Z',
  '2026-01-29T08:00:00.123999Z',
  '2026-01-29T08:00:00.1239999Z',
  '2026-01-29T08:00:00.123999999Z',
  '2026-01-29T16:00:00.123999999+08:00',
  '2026-01-29T08:00:00.123456+00:00',
  '2026-01-29T00:00:00.123000001-08:00',
];

describe('a time', () => {
  it('is told in these places, and in no other', () => {
    const times = Object.entries<Route>(routes).flatMap(([name, { body, query }]) =>
      [...timesIn(body), ...timesIn(query)].map((field) => `${name} ${field}`),
    );
    expect(times.sort()).toEqual([
      'createKey expiresAt',
      'getBalance at',
      'logExport from',
      'logExport until',
      'replayWebhook since',
      'settle completedAt',
    ]);
  });

  it.each(spellings)('is cut to the millisecond, never rounded: %s', (text) => {
    expect(new Date(toInstant(text)).toISOString()).toBe('2026-01-29T08:00:00.123Z');
  });

  it('has up to nine digits after the second, wherever it is told', async () => {
    const { body: hold } = await service.done('/v1/accounts/acme/holds', { holdId: 'h', amount: '1' });
    const fine = String(hold['openedAt']).replace('Z', '999999Z');
    const settled = await service.post('/v1/accounts/acme/holds/h/settle', { outcome: 'match', completedAt: fine });
    expect(settled.status).toBe(200);
    const { events } = (await service.get<{ events: { data: string }[] }>('/v1/accounts/acme/events')).body;
    const { completedAt } = JSON.parse(events.at(-1)?.data ?? '{}') as { completedAt: number };
    expect(new Date(completedAt).toISOString()).toBe(hold['openedAt']);

    for (const [index, text] of spellings.entries()) {
      const key = await service.done('/v1/keys', { name: 'k', scopes: ['auditor'], expiresAt: text });
      expect(key.body['expiresAt']).toBe('2026-01-29T08:00:00.123Z');
      const log = { exportId: `e${String(index)}`, events: 0, digest: '0'.repeat(64), from: text, until: text };
      const logged = await service.post('/v1/exports', { ...log, until: '2026-01-30T00:00:00.000000009Z' });
      expect(logged.body).toMatchObject({ from: '2026-01-29T08:00:00.123Z', until: '2026-01-30T00:00:00.000Z' });
      const then = await service.get<{ code?: string }>(`/v1/accounts/acme/balance?at=${encodeURIComponent(text)}`);
      // The account was opened later, and the time is not wrong.
      expect(then.body.code).toBe('account_not_found');
      const replayed = await service.post('/v1/webhooks/nobody/replay', { since: text });
      expect(replayed.body['code']).toBe('webhook_not_found');
      const operation = { op: 'settle', accountId: 'acme', holdId: 'none', outcome: 'match', completedAt: text };
      const batch = await service.post<{ results: { status: number }[] }>('/v1/batch', { operations: [operation] });
      expect(batch.body.results[0]?.status).toBe(404);
    }
  });

  it('is told so by a channel, too', async () => {
    for (const [index, paidAt] of spellings.entries()) {
      const notice = { transactionId: `t${String(index)}`, order: 'nobody/o', amount: '1', currency: 'CNY', paidAt };
      const text = JSON.stringify(notice);
      const headers = signNotice(secret, 'n', Date.now(), text);
      const { body } = await service.ask('POST', '/v1/channels/reference/notifications', { key: null, text, headers });
      expect(body['outcome']).toBe('unmatched');
    }
    const { body } = await service.get<{ payments: { paidAt: string }[] }>('/v1/unmatched-payments');
    expect(new Set(body.payments.map(({ paidAt }) => paidAt))).toEqual(new Set(['2026-01-29T08:00:00.123Z']));
  });

  it.each([
    '2026-01-29T08:00:00.1234567890Z',
    '2026-01-29T08:00:00',
    '2026-01-29',
    '2026-02-29T00:00:00Z',
    '1769673600',
  ])('is refused by name wherever it is told: %s', async (text) => {
    const asked: [string, string, object | undefined, string][] = [
      ['POST', '/v1/accounts/acme/holds/h/settle', { outcome: 'match', completedAt: text }, 'completedAt'],
      ['POST', '/v1/keys', { name: 'k', scopes: ['auditor'], expiresAt: text }, 'expiresAt'],
      ['POST', '/v1/exports', { exportId: 'x', events: 0, digest: '0'.repeat(64), from: text }, 'from'],
      ['POST', '/v1/exports', { exportId: 'x', events: 0, digest: '0'.repeat(64), until: text }, 'until'],
      ['POST', '/v1/webhooks/nobody/replay', { since: text }, 'since'],
      ['GET', `/v1/accounts/acme/balance?at=${encodeURIComponent(text)}`, undefined, 'at'],
    ];
    for (const [method, path, body, field] of asked) {
      const reply = await service.ask(method, path, body === undefined ? {} : { body });
      expect([path, reply.status, reply.body['field']]).toEqual([path, 400, field]);
    }
  });
});
