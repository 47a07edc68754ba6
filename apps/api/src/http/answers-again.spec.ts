import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';

const service = serviceForAll();

/** What a caller sees of an answer, byte for byte. */
function seen({ status, text, headers }: Reply): string {
  return `${String(status)} ${String(headers['content-type'])} ${text}`;
}

function replayed({ headers }: Reply): unknown {
  return headers['idempotent-replayed'];
}

const a = '/v1/accounts/acme';

/** In this order, on one account. The last column: the same, said otherwise. */
const requests: readonly (readonly [string, string, object, number, object])[] = [
  [
    'an opening',
    '/v1/accounts',
    { accountId: 'acme', creditLimit: '1.50', metadata: { a: '1', b: '2' } },
    201,
    { creditLimit: '1.5', metadata: { b: '2', a: '1' }, currency: 'CNY', accountId: 'acme', timeZone: 'Asia/Shanghai' },
  ],
  [
    'a deposit',
    `${a}/deposits`,
    { depositId: 'd', amount: '100.10', reference: 'r' },
    201,
    { reference: 'r', amount: '100.1000', depositId: 'd' },
  ],
  ['a withdrawal', `${a}/withdrawals`, { withdrawalId: 'w', amount: '1' }, 201, { amount: '1.0', withdrawalId: 'w' }],
  [
    'an adjustment',
    `${a}/adjustments`,
    { adjustmentId: 'a', amount: '-1', reason: 'r' },
    201,
    { reason: 'r', amount: '-1.00', adjustmentId: 'a' },
  ],
  ['a freeze', `${a}/holds`, { holdId: 'h', amount: '10' }, 201, { amount: '10.0', ttlSeconds: 1_800, holdId: 'h' }],
  ['a failed call', `${a}/holds/h/fail`, { attemptId: '1', reason: 'r' }, 200, { reason: 'r', attemptId: '1' }],
  [
    'a settle',
    `${a}/holds/h/settle`,
    { outcome: 'match' },
    200,
    { outcome: 'match', amount: '10', completedAt: '2026-01-01T00:00:00Z' },
  ],
  [
    'another freeze',
    `${a}/holds`,
    { holdId: 'h2', amount: '1', metadata: { x: 'y' } },
    201,
    { metadata: { x: 'y' }, amount: '1', holdId: 'h2' },
  ],
  ['a release', `${a}/holds/h2/release`, { reason: 'r' }, 200, { reason: 'r' }],
  ['a suspension', `${a}/suspend`, { changeId: 's', reason: 'r' }, 200, { reason: 'r', changeId: 's' }],
  ['a resumption', `${a}/resume`, { changeId: 'r', reason: 'r' }, 200, { reason: 'r', changeId: 'r' }],
];

describe('the same request again', () => {
  const first = new Map<string, Reply>();

  beforeAll(async () => {
    for (const [name, path, body] of requests) first.set(name, await service.done(path, body));
  });

  it.each(requests)(
    'is answered the same, byte for byte, and says so: %s',
    async (name, path, body, status, otherwise) => {
      const original = first.get(name);
      if (original === undefined) throw new Error(name);
      expect([original.status, replayed(original)]).toEqual([status, undefined]);
      const before = await service.events();
      for (const again of [await service.post(path, body), await service.post(path, otherwise)]) {
        expect(seen(again)).toBe(seen(original));
        expect(replayed(again)).toBe('true');
      }
      expect(await service.events()).toBe(before);
      expect(original.text).not.toContain('available');
    },
  );

  it('says with a freeze what the hold is now', async () => {
    const frozen = { holdId: 'now', amount: '1' };
    await service.done(`${a}/holds`, frozen);
    const status = async (): Promise<unknown> => {
      return (await service.post(`${a}/holds`, frozen)).headers['holdfast-hold-status'];
    };
    expect(await status()).toBe('open');
    await service.done(`${a}/holds/now/release`, { reason: 'r' });
    expect(await status()).toBe('released');
    expect(
      (await service.post(`${a}/holds/now/release`, { reason: 'r' })).headers['holdfast-hold-status'],
    ).toBeUndefined();
  });

  it('is the same whoever sends it, and whatever else the request carries', async () => {
    const key = await service.key(['operator']);
    const headers = { 'x-correlation-id': 'another', 'idempotency-key': 'whatever' };
    const again = await service.post(
      `${a}/deposits`,
      { depositId: 'd', amount: '100.1', reference: 'r' },
      { key, headers },
    );
    expect(again.text).toBe(first.get('a deposit')?.text);
  });

  it.each<[string, string, object, string, string | undefined]>([
    ['an opening', '/v1/accounts', { accountId: 'acme', creditLimit: '2' }, 'account_already_exists', 'creditLimit'],
    [
      'a deposit',
      `${a}/deposits`,
      { depositId: 'd', amount: '100.11', reference: 'r' },
      'idempotency_conflict',
      'amount',
    ],
    [
      'a deposit without its reference',
      `${a}/deposits`,
      { depositId: 'd', amount: '100.1' },
      'idempotency_conflict',
      'reference',
    ],
    ['a withdrawal', `${a}/withdrawals`, { withdrawalId: 'w', amount: '2' }, 'idempotency_conflict', 'amount'],
    [
      'an adjustment',
      `${a}/adjustments`,
      { adjustmentId: 'a', amount: '-1', reason: 's' },
      'idempotency_conflict',
      'reason',
    ],
    ['a freeze', `${a}/holds`, { holdId: 'h', amount: '10', ttlSeconds: 60 }, 'idempotency_conflict', 'ttlSeconds'],
    ['a failed call', `${a}/holds/h/fail`, { attemptId: '1', reason: 's' }, 'idempotency_conflict', 'reason'],
    ['a settle', `${a}/holds/h/settle`, { outcome: 'mismatch' }, 'hold_already_settled', 'outcome'],
    ['a release', `${a}/holds/h2/release`, { reason: 's' }, 'hold_already_released', undefined],
    ['a suspension', `${a}/suspend`, { changeId: 's', reason: 't' }, 'idempotency_conflict', 'reason'],
  ])('is refused with other content, by the field that differs: %s', async (_, path, body, code, field) => {
    const before = await service.events();
    const { status, body: problem } = await service.post(path, body);
    expect([status, problem['code'], problem['field']]).toEqual([409, code, field]);
    expect(await service.events()).toBe(before);
  });

  it('does not use up its id when it is refused', async () => {
    await service.account('poor', '0');
    const frozen = { holdId: 'h', amount: '5' };
    expect((await service.post('/v1/accounts/poor/holds', frozen)).status).toBe(402);
    await service.done('/v1/accounts/poor/deposits', { depositId: 'd', amount: '5' });
    const reply = await service.post('/v1/accounts/poor/holds', frozen);
    expect([reply.status, replayed(reply)]).toEqual([201, undefined]);
  });

  it('is one request when it comes many times at once', async () => {
    await service.account('many');
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => service.post('/v1/accounts/many/holds', { holdId: 'h', amount: '60' })),
    );
    expect(new Set(replies.map(seen)).size).toBe(1);
    expect(replies.filter((reply) => replayed(reply) === undefined)).toHaveLength(1);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '-', '~', '_', '...', '0'])(
    'takes %s for an id like any other',
    async (id) => {
      await service.account(id);
      await service.done(`/v1/accounts/${id}/holds`, { holdId: id, amount: '1' });
      const again = await service.post(`/v1/accounts/${id}/holds`, { holdId: id, amount: '1' });
      expect([again.status, replayed(again)]).toEqual([201, 'true']);
      expect((await service.get<object>(`/v1/accounts/${id}/holds/${id}`)).body).toMatchObject({ holdId: id });
      expect((await service.post(`/v1/accounts/${id}/holds/${id}/settle`, { outcome: 'match' })).status).toBe(200);
    },
  );
});
