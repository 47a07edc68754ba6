import { describe, expect, it } from '@jest/globals';
import { HoldfastClient, type HoldfastProblem, type HoldNotOpen } from '#client';
import type { Operation } from '#contract';
import { no, type Step, text, yes } from '../../../test/support/scripted-server.ts';
import { freeze, hold, key, scene, thrownBy } from '../testing/scene.ts';

// An answer without end is read until it is too long, which takes a while on a busy machine.
describe('a call', () => {
  it('names the route, the key and the body as the contract has them', async () => {
    const { server, client } = await scene([yes(hold, 201)]);
    expect(await client.freeze('acme', freeze)).toEqual({ value: hold, replayed: false });
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/v1/accounts/acme/holds' });
    expect(seen?.headers).toMatchObject({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
    expect(JSON.parse(seen?.body ?? '')).toEqual(freeze);
  });

  it('sets a budget by its name in the path, and lists budgets page by page', async () => {
    const budget = { name: 'sales', limit: '10', period: 'day', used: '0', left: '10' };
    const { server, client } = await scene([yes(budget), yes({ budgets: [budget], after: null })]);
    const body = { limit: '10', period: 'day', reason: 'because' } as const;
    expect(await client.budgets.set('acme', 'sales', body)).toEqual({ value: budget, replayed: false });
    expect((await client.budgets.list('acme', { after: 'r', limit: 1 })).budgets).toEqual([budget]);
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /v1/accounts/acme/budgets/sales',
      'GET /v1/accounts/acme/budgets?after=r&limit=1',
    ]);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual(body);
  });

  it('opens and shows orders, and ends payments that no order takes', async () => {
    const { server, client } = await scene(Array.from({ length: 6 }, () => yes({ orderId: 'o' })));
    await client.orders.open('acme', { orderId: 'o', amount: '5', channel: 'reference' });
    await client.orders.get('acme', 'o');
    await client.orders.list('acme', { after: 'n', limit: 1 });
    await client.unmatchedPayments.list({ status: 'open' });
    await client.unmatchedPayments.assign('p', { accountId: 'acme', reason: 'theirs' });
    await client.unmatchedPayments.payBack('p', { reason: 'nobody’s' });
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/accounts/acme/orders',
      'GET /v1/accounts/acme/orders/o',
      'GET /v1/accounts/acme/orders?after=n&limit=1',
      'GET /v1/unmatched-payments?status=open',
      'POST /v1/unmatched-payments/p/assign',
      'POST /v1/unmatched-payments/p/pay-back',
    ]);
  });

  it('percent-encodes what the caller puts into a path or a query, and keeps a path before it', async () => {
    const { server } = await scene([yes({})]);
    const client = new HoldfastClient({ baseUrl: `${server.url}/ledger/`, key });
    await client.priceBooks.get('dcloud-2023@1');
    await client.getHold('a/b', 'h?x#y');
    await client.getBalance('acme', { at: '2026-03-01T08:00:00.000+08:00' });
    await client.listHolds('acme', { status: 'open', limit: 500 });
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/ledger/v1/price-books/dcloud-2023%401',
      '/ledger/v1/accounts/a%2Fb/holds/h%3Fx%23y',
      '/ledger/v1/accounts/acme/balance?at=2026-03-01T08%3A00%3A00.000%2B08%3A00',
      '/ledger/v1/accounts/acme/holds?status=open&limit=500',
    ]);
  });

  it.each(['', '.', '..'])('refuses an id that would lead to another route without asking: "%s"', async (id) => {
    const { server, client } = await scene([yes({})]);
    const problem = await thrownBy<HoldfastProblem>(client.getHold('acme', id));
    expect(problem).toMatchObject({ name: 'HoldfastProblem', code: 'invalid_request', field: 'holdId' });
    expect(server.seen).toEqual([]);
  });

  it('uses its connections again, whatever the calls are answered', async () => {
    const answers = [yes(hold), no('hold_not_found'), text(200, 'text/html', '<p>'), yes(hold)];
    const { server, client } = await scene(Array.from({ length: 10 }, () => answers).flat());
    for (let calls = 0; calls < 40; calls += 1) await client.getHold('acme', 'h-1').catch(() => undefined);
    expect(server.seen).toHaveLength(40);
    // fetch may open a second one before the first is known to be free.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('says when it was carried out before', async () => {
    const { client } = await scene([yes({ depositId: 'd' }, 201, { 'idempotent-replayed': 'true' })]);
    expect(await client.deposit('acme', { depositId: 'd', amount: '5' })).toMatchObject({ replayed: true });
  });

  it('goes on from page to page', async () => {
    const { server, client } = await scene([
      yes({ holds: [{ holdId: 'a' }, { holdId: 'b' }], after: 'b' }),
      yes({ holds: [{ holdId: 'c' }], after: null }),
    ]);
    const ids: string[] = [];
    for await (const { holdId } of client.everyHold('acme', 'settled')) ids.push(holdId);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(server.seen.map(({ url }) => url.split('?')[1])).toEqual([
      'limit=500&status=settled',
      'limit=500&status=settled&after=b',
    ]);
  });

  it('knows whether the service is ready', async () => {
    const { client } = await scene([yes({ ready: false, why: 'starting' }, 503), yes({ ready: true })]);
    expect([await client.ready(), await client.ready()]).toEqual([false, true]);
  });

  it.each(['ftp://127.0.0.1', 'nowhere'])('takes no address that cannot be asked: %s', (baseUrl) => {
    expect(() => new HoldfastClient({ baseUrl, key })).toThrow();
  });

  it('takes no key that no header could carry', () => {
    expect(() => new HoldfastClient({ baseUrl: 'http://127.0.0.1', key: 'a\nb' })).toThrow('visible ASCII');
  });
});

describe('a no', () => {
  it('is an error with the code, the field and the facts', async () => {
    const facts = { available: '0.1', frozen: '3.4', required: '0.85', enoughIfUnfrozen: true };
    const { server, client } = await scene([no('insufficient_available_balance', facts)]);
    const problem = await thrownBy<HoldfastProblem>(client.freeze('acme', freeze));
    expect(problem).toMatchObject({
      name: 'HoldfastProblem',
      code: 'insufficient_available_balance',
      status: 402,
      field: undefined,
      facts,
      mayHaveHappened: false,
    });
    expect(server.seen).toHaveLength(1);
  });

  it('is not retried when asking again cannot help, though it is a 429', async () => {
    const { server, client } = await scene([no('too_many_attempts')]);
    const fail = { attemptId: 'a-1', reason: 'the provider timed out' };
    expect(await thrownBy(client.fail('acme', 'h-1', fail))).toMatchObject({ code: 'too_many_attempts' });
    expect(server.seen).toHaveLength(1);
  });

  it('keeps the key to itself', async () => {
    const { client } = await scene([no('unauthenticated')]);
    const problem = await thrownBy<HoldfastProblem>(client.getAccount('acme'));
    expect(JSON.stringify([problem, problem.message, problem.stack])).not.toContain(key);
  });

  it.each<[string, Step, string]>([
    ['a page of a proxy', text(404, 'text/html', '<h1>no</h1>'), 'expected application/problem+json, got text/html'],
    ['a page that says yes', text(200, 'text/html', '<h1>hi</h1>'), 'expected application/json, got text/html'],
    ['half a JSON', text(200, 'application/json', '{"a":'), 'the body is no JSON'],
    ['nothing', text(200, 'application/json', ''), 'the body is no JSON'],
    ['a problem without a code', text(400, 'application/problem+json', '{"status":400}'), 'this client does not know'],
    ['a redirection', (response) => response.writeHead(302, { location: '/' }).end(), 'got no type'],
  ])('may come from something that is not the service: %s', async (_, step, why) => {
    const { server, client } = await scene([step]);
    const error = await thrownBy<Error>(client.getAccount('acme'));
    expect(error.name).toBe('UnexpectedAnswer');
    expect(error.message).toContain(why);
    expect(server.seen).toHaveLength(1);
  });

  it('may be an answer without end, which is not read to it', async () => {
    const endless: Step = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const block = Buffer.alloc(1024 * 1024, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(block));
        response.once('drain', more);
      };
      more();
    };
    const { client } = await scene([endless]);
    expect(await thrownBy(client.priceBooks.list())).toMatchObject({ name: 'UnexpectedAnswer', status: 200 });
  });
});

describe('a freeze whose hold has ended since', () => {
  it.each(['expired', 'released', 'settled'])('is no permission to verify: %s', async (now) => {
    const headers = { 'idempotent-replayed': 'true', 'holdfast-hold-status': now };
    const { client } = await scene([yes(hold, 201, headers)]);
    expect(await thrownBy<HoldNotOpen>(client.freeze('acme', freeze))).toMatchObject({
      name: 'HoldNotOpen',
      accountId: 'acme',
      holdId: 'h-1',
      status: now,
    });
  });

  it('is told from one whose hold is still open', async () => {
    const { client } = await scene([yes(hold, 201, { 'idempotent-replayed': 'true', 'holdfast-hold-status': 'open' })]);
    expect(await client.freeze('acme', freeze)).toEqual({ value: hold, replayed: true });
  });

  it('is pointed out among the outcomes of a batch', async () => {
    const ended = { ...hold, holdId: 'h-2' };
    const { server, client } = await scene([
      yes({
        results: [
          { status: 201, body: hold, replayed: true, now: 'open' },
          { status: 201, body: ended, replayed: true, now: 'expired' },
          { status: 402, body: { code: 'insufficient_available_balance', status: 402, detail: 'too little' } },
          { status: 201, body: { depositId: 'd', amount: '1' } },
        ],
      }),
    ]);
    const operations = [
      { op: 'freeze', accountId: 'acme', holdId: 'h-1', amount: '0.85' },
      { op: 'freeze', accountId: 'acme', holdId: 'h-2', amount: '0.85' },
      { op: 'freeze', accountId: 'acme', holdId: 'h-3', amount: '0.85' },
      { op: 'deposit', accountId: 'acme', depositId: 'd', amount: '1' },
    ] as const satisfies readonly Operation[];
    const outcomes = await client.batch(operations);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ operations });
    const [frozen, dead, refused, deposited] = outcomes;
    expect(frozen).toMatchObject({ ok: true, replayed: true });
    expect(dead).toMatchObject({ ok: false, notOpen: { holdId: 'h-2', status: 'expired' } });
    expect(refused.ok ? undefined : refused.problem?.code).toBe('insufficient_available_balance');
    expect(deposited.ok && deposited.value.depositId).toBe('d');
  });
});
