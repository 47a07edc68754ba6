import { describe, expect, it } from '@jest/globals';
import { type PriceBook, type PriceBookList, type Problem, type Route, routes } from '#contract';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';

/** Bound to the accounts of one customer each. */
let ours: string;
let theirs: string;

const service = serviceForAll({}, async () => {
  ours = await service.key(['gateway', 'operator', 'auditor'], { accountPrefixes: ['ours-'] });
  theirs = await service.key(['gateway', 'operator', 'auditor'], { accountPrefixes: ['theirs-'] });
});

function book(name: string, version: number, price: string, more: object = {}): object {
  const products = { check: { basis: 'completed', steps: [{ upTo: null, price }] } };
  return { name, version, products, ...more };
}

async function publish(name: string, version: number, price: string, more: object = {}): Promise<void> {
  await service.done('/v1/price-books', book(name, version, price, more));
}

/** `name@version` of all that a key is shown, read page by page. */
async function shown(key: string | undefined, limit = 500): Promise<string[]> {
  const names: string[] = [];
  let after: string | null = '0';
  while (after !== null) {
    const path = `/v1/price-books?limit=${String(limit)}&after=${after}`;
    const page: { body: PriceBookList } = await service.get<PriceBookList>(path, key === undefined ? {} : { key });
    names.push(...page.body.priceBooks.map(({ name, version }) => `${name}@${String(version)}`));
    ({ after } = page.body);
  }
  return names;
}

/** Routes without an account in their path, and what keeps a bound key to its own accounts there. */
const keptApart: Readonly<Record<string, string>> = {
  openAccount: 'only accounts that the key reaches',
  listAccounts: 'only accounts that the key reaches',
  batch: 'only accounts that the key reaches',
  runBills: 'only accounts that the key reaches',
  notifyPayment: 'needs no key: it is signed',
  listPriceBooks: 'only books that the key may see',
  getPriceBook: 'only books that the key may see',
  listCheckpoints: 'roots and numbers, which say nothing of an account',
  logExport: 'only accounts that the key reaches',
  registerWebhook: 'only accounts that the key reaches, and a number of endpoints of its own',
  listWebhooks: 'only endpoints of accounts that the key reaches',
  getWebhook: 'only endpoints of accounts that the key reaches',
  disableWebhook: 'only endpoints of accounts that the key reaches',
  enableWebhook: 'only endpoints of accounts that the key reaches',
  rotateWebhookSecret: 'only endpoints of accounts that the key reaches',
  replayWebhook: 'only endpoints of accounts that the key reaches',
  deleteWebhook: 'only endpoints of accounts that the key reaches',
};

describe('what belongs to the whole ledger', () => {
  const shared = Object.entries<Route>(routes).filter(([, { path }]) => !path.includes('{accountId}'));

  it('is known of every route without an account: it refuses bound keys, or keeps them to their own accounts', () => {
    const open = shared.filter(
      ([name, { wholeLedger, scopes }]) =>
        wholeLedger !== true && !scopes.every((scope) => scope === 'admin') && !(name in keptApart),
    );
    expect(open.map(([name]) => name)).toEqual([]);
  });

  it.each(shared.filter(([, { wholeLedger }]) => wholeLedger === true).map(([name, route]) => [name, route] as const))(
    'is not for a key that is bound to accounts: %s',
    async (_, { method, path }) => {
      const before = await service.events();
      const reply = await service.ask(method, path.replaceAll(/\{\w+\}/g, 'x'), {
        key: ours,
        ...(method === 'POST' && { body: book('dcloud-2023', 2, '99') }),
      });
      expect([reply.status, reply.body['code']]).toEqual([403, 'forbidden']);
      expect(await service.events()).toBe(before);
    },
  );
});

describe('price books', () => {
  it('that were negotiated are seen and used by nobody else', async () => {
    await publish('for-ours', 1, '0.1');
    await service.account('ours-1', '10', { priceBook: 'for-ours' });
    await service.account('theirs-1', '10', { priceBook: 'dcloud-2023' });
    await service.listsCaughtUp();
    expect(await shown(ours)).toContain('for-ours@1');
    expect(await shown(theirs)).not.toContain('for-ours@1');
    expect((await service.get('/v1/price-books/for-ours', { key: ours })).status).toBe(200);
    const hidden = await service.get<Problem>('/v1/price-books/for-ours', { key: theirs });
    const absent = await service.get<Problem>('/v1/price-books/for-nobody', { key: theirs });
    expect([hidden.status, hidden.body.code, hidden.body.detail]).toEqual([
      404,
      'price_book_not_found',
      absent.body.detail,
    ]);
    for (const priceBook of ['for-ours', 'for-ours@1', 'for-nobody']) {
      const opened = await service.post('/v1/accounts', { accountId: 'theirs-2', priceBook }, { key: theirs });
      expect([opened.status, opened.body['field']]).toEqual([400, 'priceBook']);
      const changed = { changeId: 't', reason: 'cheaper', priceBook };
      const reply = await service.post('/v1/accounts/theirs-1/terms', changed, { key: theirs });
      expect([reply.status, reply.body['field']]).toEqual([400, 'priceBook']);
    }
  });

  it('that an account was on before are not shown any more', async () => {
    await publish('old-prices', 1, '0.1');
    await service.account('ours-2', '10', { priceBook: 'old-prices' });
    await service.listsCaughtUp();
    expect(await shown(ours)).toContain('old-prices@1');
    await service.done('/v1/accounts/ours-2/terms', { changeId: 't', reason: 'new', priceBook: 'for-ours' });
    await service.listsCaughtUp();
    expect(await shown(ours)).not.toContain('old-prices@1');
  });

  it('that are public are for everybody, as are those that come with Holdfast', async () => {
    await publish('for-all', 1, '0.2', { public: true });
    expect(await shown(theirs)).toEqual(expect.arrayContaining(['dcloud-2023@1', 'for-all@1']));
    const { body } = await service.get<PriceBook>('/v1/price-books/for-all', { key: theirs });
    expect(body.public).toBe(true);
    const opened = await service.post('/v1/accounts', { accountId: 'theirs-3', priceBook: 'for-all' }, { key: theirs });
    expect([opened.status, opened.body['priceBook']]).toEqual([201, 'for-all@1']);
    const again = await service.post('/v1/price-books', book('for-all', 1, '0.2'));
    expect([again.status, again.body['field']]).toEqual([409, 'public']);
  });

  it('are listed in pages, each once', async () => {
    const whole = await shown(undefined);
    expect(whole).toEqual(expect.arrayContaining(['dcloud-2023@1', 'for-ours@1', 'old-prices@1', 'for-all@1']));
    for (const limit of [1, 2, 3]) expect(await shown(undefined, limit)).toEqual(whole);
    for (const limit of [1, 2]) expect(await shown(theirs, limit)).toEqual(await shown(theirs));
  });
});

describe('webhook endpoints', () => {
  it('of one bound key are so many at most, and leave room for others', async () => {
    const register = (n: number, key?: string): Promise<Reply> => {
      const body = { webhookId: `${key === ours ? 'ours' : 'other'}-${String(n)}`, url: 'https://hooks.example/' };
      return service.post('/v1/webhooks', body, key === undefined ? {} : { key });
    };
    for (let n = 0; n < 10; n += 1) expect((await register(n, ours)).status).toBe(201);
    const refused = await register(10, ours);
    expect([refused.status, refused.body['code'], refused.body['detail']]).toEqual([
      429,
      'too_many_webhooks',
      'a key that is bound to accounts has at most 10 endpoints',
    ]);
    expect((await register(1, theirs)).status).toBe(201);
    expect((await register(2)).status).toBe(201);
    await service.ask('DELETE', '/v1/webhooks/ours-0');
    expect((await register(10, ours)).status).toBe(201);
  });

  it('of all bound keys together leave some to keys that are not', async () => {
    let registered = 11;
    for (let keyNumber = 0; registered < 160; keyNumber += 1) {
      const key = await service.key(['operator'], { accountPrefixes: [`many-${String(keyNumber)}-`] });
      for (let n = 0; n < 10 && registered < 160; n += 1, registered += 1) {
        const webhookId = `many-${String(registered)}`;
        const reply = await service.post('/v1/webhooks', { webhookId, url: 'https://hooks.example/' }, { key });
        expect(reply.status).toBe(201);
      }
    }
    const late = await service.key(['operator'], { accountPrefixes: ['late-'] });
    const body = { webhookId: 'late', url: 'https://hooks.example/' };
    const refused = await service.post('/v1/webhooks', body, { key: late });
    expect([refused.status, refused.body['detail']]).toEqual([
      429,
      'keys that are bound to accounts have at most 160 endpoints together',
    ]);
    expect((await service.post('/v1/webhooks', body)).status).toBe(201);
  });
});
