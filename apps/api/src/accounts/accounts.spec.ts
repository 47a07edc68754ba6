import { describe, expect, it } from '@jest/globals';
import type { Account, AccountList, BalanceAsOf, EventList, Hold, HoldList, Problem, Quote } from '#contract';
import { chainHash, chainStart, eventIdFromHash } from '#domain';
import { serviceForAll } from '../../../../test/support/in-process.ts';
import { until } from '../../../../test/support/until.ts';

const service = serviceForAll();

/** The answer to a read that must go well. */
async function read<Body>(path: string): Promise<Body> {
  const { status, body } = await service.get<Body>(path);
  expect(status).toBe(200);
  return body;
}

async function freeze(accountId: string, holdId: string, more: object = { amount: '1' }): Promise<void> {
  await service.done(`/v1/accounts/${accountId}/holds`, { holdId, ...more });
}

describe('an account', () => {
  it('shows its terms, its balance and its revision as of now', async () => {
    await service.account('shown', '10', { priceBook: 'dcloud-2023', creditLimit: '2', metadata: { tier: 'gold' } });
    await freeze('shown', 'h1');
    await freeze('shown', 'h2', { product: 'face-verify' });
    await service.done('/v1/accounts/shown/holds/h1/settle', { outcome: 'match', amount: '0.4' });
    await service.done('/v1/accounts/shown/adjustments', { adjustmentId: 'a', amount: '-0.05', reason: 'r' });
    await service.done('/v1/accounts/shown/withdrawals', { withdrawalId: 'w', amount: '1' });
    const account = await read<Account>('/v1/accounts/shown');
    expect(account).toMatchObject({
      accountId: 'shown',
      status: 'active',
      suspendedFor: [],
      currency: 'CNY',
      timeZone: 'Asia/Shanghai',
      priceBook: 'dcloud-2023@1',
      creditLimit: '2',
      metadata: { tier: 'gold' },
      openHolds: 1,
      revision: 6,
    });
    expect(account.balance).toEqual({
      available: '7.7',
      frozen: '0.85',
      settled: '0.4',
      packs: '0',
      deposited: '10',
      credited: '-0.05',
      withdrawn: '1',
    });
    expect(account.asOf).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('is not found when it was never opened, on every route', async () => {
    for (const place of ['', '/balance', '/balance?revision=0', '/holds', '/holds/h', '/events', '/events?from=5']) {
      const { status, body } = await service.get<{ code: string }>(`/v1/accounts/nobody${place}`);
      expect([status, body.code]).toEqual([404, 'account_not_found']);
    }
  });
});

describe('a balance as of a moment', () => {
  it('is that after each revision, and none beyond the last', async () => {
    await service.account('moments', '10');
    await freeze('moments', 'h1');
    await freeze('moments', 'h2');
    await service.done('/v1/accounts/moments/holds/h1/settle', { outcome: 'match' });
    const seen: (readonly [string, string, string[]])[] = [];
    for (const revision of [0, 1, 2, 3, 4]) {
      const {
        balance,
        holds,
        revision: at,
      } = await read<BalanceAsOf>(`/v1/accounts/moments/balance?revision=${String(revision)}`);
      expect(at).toBe(revision);
      seen.push([balance.available, balance.frozen, holds.map(({ holdId }) => holdId)]);
    }
    expect(seen).toEqual([
      ['0', '0', []],
      ['10', '0', []],
      ['9', '1', ['h1']],
      ['8', '2', ['h1', 'h2']],
      ['8', '1', ['h2']],
    ]);
    const beyond = await service.get<Problem>('/v1/accounts/moments/balance?revision=5');
    expect([beyond.status, beyond.body.field]).toEqual([400, 'revision']);
    expect(beyond.body.detail).toBe('revision: the account is at revision 4: there is none beyond it yet');
  });

  it('is that of every event until then, and what was due by then has happened', async () => {
    await service.account('times', '10');
    await freeze('times', 'h1', { amount: '1', ttlSeconds: 1 });
    const { events } = await read<EventList>('/v1/accounts/times/events');
    const times = events.map(({ data }) => (JSON.parse(data) as { at: number }).at);
    const [, , openedAt = 0] = times;
    const at = async (time: number): Promise<BalanceAsOf> => {
      return read(`/v1/accounts/times/balance?at=${new Date(time).toISOString()}`);
    };
    expect((await at(openedAt)).balance).toMatchObject({ available: '9', frozen: '1' });
    const holdNow = (): Promise<Hold> => read('/v1/accounts/times/holds/h1');
    await until(async () => (await holdNow()).status !== 'open');
    const hold = await holdNow();
    expect(hold).toMatchObject({ status: 'expired', endedAt: hold.expiresAt, settledAmount: '0' });
    const deadline = Date.parse(hold.expiresAt);
    expect((await at(deadline - 1)).balance).toMatchObject({ available: '9', frozen: '1' });
    expect((await at(deadline)).balance).toMatchObject({ available: '10', frozen: '0' });
    expect((await at(deadline)).asOf).toBe(hold.expiresAt);
    const before = await service.get(`/v1/accounts/times/balance?at=2020-01-01T00:00:00Z`);
    expect(before.status).toBe(404);
  });

  it('is that of now for a time to come, and says so', async () => {
    await service.account('future', '10');
    const seen = await read<BalanceAsOf>('/v1/accounts/future/balance?at=2999-01-01T00:00:00Z');
    expect(Math.abs(Date.parse(seen.asOf) - Date.now())).toBeLessThan(60_000);
    const withOffset = await read<BalanceAsOf>('/v1/accounts/future/balance?at=2999-01-01T00:00:00%2B08:00');
    expect(withOffset.balance).toEqual(seen.balance);
    expect((await read<BalanceAsOf>('/v1/accounts/future/balance')).balance).toEqual(seen.balance);
  });
});

describe('a list', () => {
  it('of accounts goes on page by page, each account once, by id', async () => {
    for (const n of [3, 1, 2, 5, 4]) await service.account(`page-${String(n)}`, '1');
    await service.listsCaughtUp();
    const seen: string[] = [];
    let list = await read<AccountList>('/v1/accounts?limit=2&after=page-');
    for (;;) {
      seen.push(...list.accounts.map(({ accountId }) => accountId));
      if (list.after === null) break;
      list = await read<AccountList>(`/v1/accounts?limit=2&after=${list.after}`);
    }
    expect(seen.filter((accountId) => accountId.startsWith('page-'))).toEqual(
      [1, 2, 3, 4, 5].map((n) => `page-${String(n)}`),
    );
    expect(seen.toSorted()).toEqual(seen);
  });

  it('of accounts shows each as its own route does', async () => {
    await service.account('alike', '3', { creditLimit: '1' });
    await freeze('alike', 'h');
    await service.listsCaughtUp();
    const { accounts } = await read<AccountList>('/v1/accounts?limit=500');
    const { asOf, ...account } = await read<Account>('/v1/accounts/alike');
    const listed = accounts.find(({ accountId }) => accountId === 'alike');
    expect(listed).toEqual({ ...account, asOf: listed?.asOf, error: null });
    expect(Date.parse(listed?.asOf ?? '')).toBeLessThanOrEqual(Date.parse(asOf));
  });

  it('of holds goes on page by page in the order of opening, and by status', async () => {
    await service.account('holds');
    for (let n = 0; n < 5; n += 1) await freeze('holds', `z${String(9 - n)}`);
    await service.done('/v1/accounts/holds/holds/z8/settle', { outcome: 'match' });
    await service.done('/v1/accounts/holds/holds/z6/release', { reason: 'r' });
    await service.listsCaughtUp();
    const ids = async (query: string): Promise<(string | null)[]> => {
      const { holds, after: next } = await read<HoldList>(`/v1/accounts/holds/holds?${query}`);
      return [...holds.map(({ holdId }) => holdId), next];
    };
    expect(await ids('')).toEqual(['z9', 'z8', 'z7', 'z6', 'z5', null]);
    expect(await ids('limit=2')).toEqual(['z9', 'z8', 'z8']);
    expect(await ids('limit=2&after=z8')).toEqual(['z7', 'z6', 'z6']);
    expect(await ids('limit=2&after=z6')).toEqual(['z5', null]);
    expect(await ids('status=open')).toEqual(['z9', 'z7', 'z5', null]);
    expect(await ids('status=settled')).toEqual(['z8', null]);
    expect(await ids('status=released')).toEqual(['z6', null]);
    expect(await ids('status=expired')).toEqual([null]);
    const [listed] = (await read<HoldList>('/v1/accounts/holds/holds?status=settled')).holds;
    expect(listed).toEqual(await read<Hold>('/v1/accounts/holds/holds/z8'));
  });
});

describe('a quote', () => {
  it('says what a freeze would take, and writes nothing', async () => {
    await service.account('quoted', '10000', { priceBook: 'dcloud-2023' });
    const before = await service.events();
    const { status, body } = await service.post<Quote>('/v1/accounts/quoted/quotes', {
      product: 'face-verify',
      quantity: 10_001,
    });
    expect([status, body]).toMatchObject([
      200,
      { amount: '8500.8', available: '10000', enough: true, quantity: 10_001, pricing: { book: 'dcloud-2023@1' } },
    ]);
    expect(await service.events()).toBe(before);
    await freeze('quoted', 'h', { product: 'face-verify', quantity: 10_001 });
    expect(await read<Hold>('/v1/accounts/quoted/holds/h')).toMatchObject({ amount: body.amount });
    const poorer = await service.post<Quote>('/v1/accounts/quoted/quotes', {
      product: 'face-verify',
      quantity: 10_000,
    });
    expect(poorer.body.enough).toBe(false);
  });

  it.each([
    ['quoted', 'no-such-product', 422, 'unknown_product'],
    ['future', 'face-verify', 422, 'unknown_product'],
    ['nobody', 'face-verify', 404, 'account_not_found'],
  ])('on %s of %s is refused as the freeze would be', async (accountId, product, status, code) => {
    const quote = await service.post(`/v1/accounts/${accountId}/quotes`, { product });
    const frozen = await service.post(`/v1/accounts/${accountId}/holds`, { holdId: 'q', product });
    for (const reply of [quote, frozen]) expect([reply.status, reply.body['code']]).toEqual([status, code]);
  });
});

describe('the events of an account', () => {
  it('prove themselves, page by page', async () => {
    await service.account('proved');
    for (let n = 0; n < 5; n += 1) await freeze('proved', `h${String(n)}`);
    let hash = chainStart;
    let from = 0;
    for (let pages = 0; pages < 4; pages += 1) {
      const page = await read<EventList>(`/v1/accounts/proved/events?from=${String(from)}&limit=3`);
      expect(page.stream).toBe('account-proved');
      for (const { revision, type, data, metadata, hash: said, eventId } of page.events) {
        expect(revision).toBe(from);
        hash = chainHash(hash, page.stream, revision, type, data, metadata);
        expect([said, eventId]).toEqual([hash, eventIdFromHash(hash)]);
        from += 1;
      }
      expect(page.next).toBe(from);
    }
    expect(from).toBe(7);
  });

  it('say which key caused them, and in which request', async () => {
    await service.account('caused');
    const key = await service.key(['gateway']);
    const headers = { 'x-correlation-id': 'order-17' };
    await service.post('/v1/accounts/caused/holds', { holdId: 'h', amount: '1' }, { key, headers });
    const { events } = await read<EventList>('/v1/accounts/caused/events?from=2');
    expect(JSON.parse(events[0]?.metadata ?? '')).toMatchObject({
      actor: key.split('_')[2],
      correlationId: 'order-17',
    });
  });
});
