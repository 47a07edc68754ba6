import { describe, expect, it } from '@jest/globals';
import type { Account, AccountList, EventList, PriceBook, PriceBookList } from '#contract';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';

const service = serviceForAll();

function heard({ status, headers, text }: Reply<unknown>): string {
  return said(status, headers['content-type'], text);
}

function publish(body: object): Promise<Reply> {
  return service.post('/v1/price-books', body);
}

function book(name: string, version: number, price: string): object {
  return { name, version, products: { check: { basis: 'completed', steps: [{ upTo: null, price }] } } };
}

describe('the price books that are shipped', () => {
  it('are shown all, by name and by version', async () => {
    const { body } = await service.get<PriceBookList>('/v1/price-books');
    expect(body.priceBooks.map(({ name, version }) => `${name}@${String(version)}`)).toEqual([
      'dcloud-2023@1',
      'dcloud-legacy@1',
      'aliyun-2021@1',
      'elements-2018@1',
    ]);
    for (const path of ['dcloud-2023', 'dcloud-2023@1']) {
      expect((await service.get<PriceBook>(`/v1/price-books/${path}`)).body).toEqual(body.priceBooks[0]);
    }
    for (const path of ['dcloud-2023@2', 'nothing', 'constructor']) {
      const { status, body: problem } = await service.get<{ code: string }>(`/v1/price-books/${path}`);
      expect([status, problem.code]).toEqual([404, 'price_book_not_found']);
    }
  });
});

describe('the routes to terms and price books', () => {
  it('publish versions, and move an account to one', async () => {
    const first = await publish(book('ours', 1, '0.50'));
    expect([first.status, first.body]).toMatchObject([
      201,
      {
        name: 'ours',
        version: 1,
        currency: 'CNY',
        products: { check: { counter: 'check', steps: [{ price: '0.5' }] } },
      },
    ]);
    const again = await publish(book('ours', 1, '0.5'));
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
    expect(heard(await publish(book('ours', 1, '0.6')))).toBe('409 idempotency_conflict products');
    expect(heard(await publish(book('ours', 3, '0.6')))).toBe('400 invalid_request version');
    expect((await publish(book('ours', 2, '0.6'))).status).toBe(201);
    const { body } = await service.get<PriceBookList>('/v1/price-books');
    expect(body.priceBooks.map(({ name, version }) => `${name}@${String(version)}`)).toEqual(
      expect.arrayContaining(['dcloud-2023@1', 'dcloud-legacy@1', 'elements-2018@1', 'ours@1', 'ours@2']),
    );
    expect((await service.get<PriceBook>('/v1/price-books/ours')).body.version).toBe(2);

    await service.account('moved', '100', { priceBook: 'ours@1' });
    await service.done('/v1/accounts/moved/holds', { holdId: 'h1', product: 'check' });
    const changed = await service.post('/v1/accounts/moved/terms', { changeId: 't1', reason: 'x', priceBook: 'ours' });
    expect([changed.status, changed.body['priceBook']]).toEqual([200, 'ours@2']);
    const settled = await service.done('/v1/accounts/moved/holds/h1/settle', { outcome: 'match' });
    expect(settled.body['settledAmount']).toBe('0.5');
    const second = await service.done('/v1/accounts/moved/holds', { holdId: 'h2', product: 'check' });
    expect(second.body).toMatchObject({ amount: '0.6', pricing: { book: 'ours@2', unitsCharged: 1 } });
  });

  it('agree prices of an account’s own, show all terms, and answer the same change again', async () => {
    await service.account('agreed', '100', { priceBook: 'elements-2018' });
    const freeze = { holdId: 'h', product: 'elements-2' };
    expect(heard(await service.post('/v1/accounts/agreed/holds', freeze))).toBe('422 price_not_agreed product');
    const change = {
      changeId: 't1',
      reason: 'signed',
      overrides: { 'elements-2': { price: '0.30' } },
      creditLimit: '5.0',
      limits: { frozen: '50' },
      metadata: null,
    };
    const first = await service.post('/v1/accounts/agreed/terms', change);
    expect(first.status).toBe(200);
    const again = await service.post('/v1/accounts/agreed/terms', { ...change, creditLimit: '5' });
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
    expect((await service.done('/v1/accounts/agreed/holds', freeze)).body['amount']).toBe('0.3');
    const terms = {
      priceBook: 'elements-2018@1',
      overrides: { 'elements-2': [{ upTo: null, price: '0.3' }] },
      creditLimit: '5',
      limits: { openHolds: 100_000, frozen: '50', dailySpend: null },
    };
    expect((await service.get<Account>('/v1/accounts/agreed')).body).toMatchObject(terms);
    await service.listsCaughtUp();
    const { body } = await service.get<AccountList>('/v1/accounts?after=agree&limit=1');
    expect(body.accounts[0]).toMatchObject({ accountId: 'agreed', ...terms });
    const events = await service.get<EventList>('/v1/accounts/agreed/events?from=2&limit=1');
    expect(events.body.events[0]?.type).toBe('terms-changed.v1');
  });

  it.each<[object, string]>([
    [{}, '400 invalid_request'],
    [{ priceBook: 'nobody' }, '400 invalid_request priceBook'],
    [{ timeZone: 'UTC' }, '400 invalid_request'],
    [{ creditLimit: '-1' }, '400 invalid_amount'],
    [{ overrides: { 'elements-9': { price: '1' } } }, '422 unknown_product overrides.elements-9'],
    [{ overrides: { 'elements-2': { steps: [{ upTo: 5, price: '1' }] } } }, '400 invalid_request overrides.elements-2'],
  ])('refuse %j', async (change, answer) => {
    await service.account('refused', '0', { priceBook: 'elements-2018' });
    expect(heard(await service.post('/v1/accounts/refused/terms', { changeId: 't', reason: 'x', ...change }))).toMatch(
      answer,
    );
  });

  it('publish for operators only', async () => {
    const key = await service.key(['gateway', 'auditor']);
    expect(heard(await service.post('/v1/price-books', book('theirs', 1, '1'), { key }))).toBe('403 forbidden');
  });
});
