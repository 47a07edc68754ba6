import { describe, expect, it } from '@jest/globals';
import type { Budget, BudgetList, EventList, Hold, Quote } from '#contract';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';

const service = serviceForAll();

function put(accountId: string, name: string, change: object = {}, key?: string): Promise<Reply<Budget>> {
  const body = { limit: '10', period: 'day', reason: 'because', ...change };
  const path = `/v1/accounts/${accountId}/budgets/${name}`;
  return service.ask<Budget>('PUT', path, { body, ...(key !== undefined && { key }) });
}

async function list(accountId: string, query = ''): Promise<BudgetList> {
  const { status, body } = await service.get<BudgetList>(`/v1/accounts/${accountId}/budgets${query}`);
  expect(status).toBe(200);
  return body;
}

function heard({ status, headers, text }: Reply<unknown>): string {
  return said(status, headers['content-type'], text);
}

describe('the route to a budget', () => {
  it('sets it and answers it, as it is used and left now', async () => {
    await service.account('set');
    const first = await put('set', 'sales', { limit: '10.50' });
    expect([first.status, first.text]).toEqual([
      200,
      '{"name":"sales","limit":"10.5","period":"day","used":"0","left":"10.5"}',
    ]);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    await service.done('/v1/accounts/set/holds', { holdId: 'h', amount: '4', budget: 'sales' });
    const changed = await put('set', 'sales', { limit: '3', period: 'year' });
    expect(changed.body).toEqual({ name: 'sales', limit: '3', period: 'year', used: '4', left: '-1' });
  });

  it('appends nothing when it is sent again as it is, and says so', async () => {
    await service.account('again');
    await put('again', 'sales');
    const before = await service.events();
    const again = await put('again', 'sales', { limit: '10.000' });
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
    expect(await service.events()).toBe(before);
    const { events } = await service.get<EventList>('/v1/accounts/again/events?from=2').then(({ body }) => body);
    expect(events.map(({ type }) => type)).toEqual(['budget-set.v1']);
    expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ name: 'sales', limit: '10', period: 'day' });
  });

  it.each<[object, string]>([
    [{ limit: '0' }, '400 invalid_amount limit'],
    [{ limit: '-1' }, '400 invalid_amount limit'],
    [{ limit: 10 }, '400 invalid_amount limit'],
    [{ limit: '1.000000001' }, '400 invalid_amount limit'],
    [{ period: 'week' }, '400 invalid_request period'],
    [{ reason: '' }, '400 invalid_request reason'],
    [{ name: 'sales' }, '400 invalid_request name'],
  ])('does not take %j', async (change, problem) => {
    expect(heard(await put('set', 'broken', change))).toBe(problem);
  });

  it('takes names with the characters of ids only', async () => {
    expect(heard(await put('set', 'a%20b'))).toMatch(/^400 invalid_request/);
    expect(heard(await put('set', 'x'.repeat(65)))).toMatch(/^400 invalid_request/);
  });

  it('is for operators; everyone who may read may list', async () => {
    await service.account('scopes');
    const gateway = await service.key(['gateway']);
    expect(heard(await put('scopes', 'sales', {}, gateway))).toBe('403 forbidden');
    const operator = await service.key(['operator']);
    expect((await put('scopes', 'sales', {}, operator)).status).toBe(200);
    for (const key of [gateway, operator, await service.key(['auditor'])])
      expect((await service.get('/v1/accounts/scopes/budgets', { key })).status).toBe(200);
  });

  it('of an account that is not there is not found, of a closed one is shut', async () => {
    expect(heard(await put('nobody', 'sales'))).toBe('404 account_not_found');
    expect(heard(await service.get('/v1/accounts/nobody/budgets'))).toBe('404 account_not_found');
    await service.account('over', '0');
    await put('over', 'sales');
    await service.done('/v1/accounts/over/close', { changeId: 'c', reason: 'over' });
    expect(heard(await put('over', 'sales', { limit: '11' }))).toBe('409 account_closed');
    expect((await put('over', 'sales')).headers['idempotent-replayed']).toBe('true');
  });
});

describe('the list of budgets', () => {
  it('goes on page by page, by name, as of now', async () => {
    await service.account('listed');
    expect(await list('listed')).toMatchObject({ budgets: [], after: null });
    for (const name of ['c', 'a', 'B', 'b', 'd']) await put('listed', name, { period: 'month' });
    await service.done('/v1/accounts/listed/holds', { holdId: 'h', amount: '4', budget: 'b' });
    const names = async (query: string): Promise<(string | null)[]> => {
      const { budgets, after } = await list('listed', query);
      return [...budgets.map(({ name }) => name), after];
    };
    expect(await names('')).toEqual(['B', 'a', 'b', 'c', 'd', null]);
    expect(await names('?limit=2')).toEqual(['B', 'a', 'a']);
    expect(await names('?limit=2&after=a')).toEqual(['b', 'c', 'c']);
    expect(await names('?limit=2&after=c')).toEqual(['d', null]);
    const { budgets, asOf } = await list('listed', '?limit=1&after=a');
    expect(budgets).toEqual([{ name: 'b', limit: '10', period: 'month', used: '4', left: '6' }]);
    expect(asOf).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('a freeze on a budget', () => {
  it('is refused by the budget with limit, used and required, alone and in a batch', async () => {
    await service.account('frozen');
    await put('frozen', 'sales', { limit: '2' });
    const freeze = { amount: '1.5', budget: 'sales' };
    await service.done('/v1/accounts/frozen/holds', { holdId: 'h1', ...freeze });
    const refused = await service.post('/v1/accounts/frozen/holds', { holdId: 'h2', ...freeze });
    expect(heard(refused)).toBe('402 budget_exceeded');
    expect(refused.body).toMatchObject({ budget: 'sales', limit: '2', used: '1.5', required: '1.5' });
    const unknown = await service.post('/v1/accounts/frozen/holds', { holdId: 'h2', amount: '1', budget: 'other' });
    expect(heard(unknown)).toBe('422 unknown_budget budget');
    const operations = [
      { op: 'freeze', accountId: 'frozen', holdId: 'h2', ...freeze },
      { op: 'freeze', accountId: 'frozen', holdId: 'h3', amount: '0.5', budget: 'sales' },
      { op: 'freeze', accountId: 'frozen', holdId: 'h4', amount: '0.5', budget: 'other' },
    ];
    const { body } = await service.done('/v1/batch', { operations });
    const results = body['results'] as { status: number; body: { code?: string; budget?: string } }[];
    expect(results.map((result) => [result.status, result.body.code ?? result.body.budget])).toEqual([
      [402, 'budget_exceeded'],
      [201, 'sales'],
      [422, 'unknown_budget'],
    ]);
    const { body: hold } = await service.get<Hold>('/v1/accounts/frozen/holds/h3');
    expect(hold.budget).toBe('sales');
    expect((await list('frozen')).budgets[0]).toMatchObject({ used: '2', left: '0' });
  });

  it('is foretold by a quote: what is left, and whether it is enough', async () => {
    await service.account('quoted', '100', { priceBook: 'dcloud-2023' });
    await put('quoted', 'sales', { limit: '1.7' });
    const quote = (more: object): Promise<Reply<Quote>> =>
      service.post<Quote>('/v1/accounts/quoted/quotes', { product: 'face-verify', ...more });
    expect((await quote({})).body.budget).toBeNull();
    const budget = { name: 'sales', limit: '1.7', period: 'day', used: '0', left: '1.7' };
    expect((await quote({ quantity: 2, budget: 'sales' })).body).toMatchObject({
      enough: true,
      budget: { ...budget, enough: true },
    });
    expect((await quote({ quantity: 3, budget: 'sales' })).body).toMatchObject({
      enough: false,
      refusal: { code: 'budget_exceeded', status: 402, used: '0', required: '2.55' },
      budget: { ...budget, enough: false },
    });
    expect(heard(await quote({ budget: 'other' }))).toBe('422 unknown_budget budget');
    expect((await list('quoted')).budgets).toEqual([budget]);
  });
});
