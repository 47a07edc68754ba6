import { describe, expect, it } from '@jest/globals';
import { type Route, type RouteName, routes } from '#contract';
import { sampleCall, serviceForAll } from '../../../../test/support/in-process.ts';

const many = 5;

const service = serviceForAll({}, async () => {
  for (const accountId of ['acme', 'other']) {
    await service.account(accountId, '1000', { priceBook: 'aliyun-2021' });
    const path = `/v1/accounts/${accountId}`;
    for (let n = 0; n < many; n += 1) {
      const id = `${accountId}-${String(n)}`;
      await service.done(`${path}/holds`, { holdId: id, amount: '1' });
      await service.done(`${path}/orders`, { orderId: id, amount: '1', channel: 'reference' }).catch(() => undefined);
      const grant = { packId: id, family: 'real-person', units: 100, kind: 'grant', reason: 'r' };
      await service.done(`${path}/packs`, grant);
      await service.ask('PUT', `${path}/budgets/${id}`, { body: { limit: '1', period: 'day', reason: 'r' } });
    }
  }
  await service.listsCaughtUp();
});

const everyRoute = Object.entries<Route>(routes);
const reading = everyRoute.filter(([, { method }]) => method === 'GET');

const toPath = (name: string, accountId = 'acme'): string => sampleCall(name as RouteName, accountId).path;

async function saidTo(path: string, key?: string): Promise<string> {
  const { status, body } = await service.get<{ code?: string; field?: string }>(path, key === undefined ? {} : { key });
  return [status, body.code, body.field].filter((part) => part !== undefined).join(' ');
}

describe('a list', () => {
  /** Those in the order in which things came: `after` is one of them. The others are in the order of ids or numbers. */
  const byArrival = ['listHolds', 'listOrders', 'listPacks', 'listUnmatchedPayments'];

  it('is one of these if it can be gone on with', () => {
    const paged = reading.filter(([, { query }]) => query !== undefined && 'limit' in query.shape);
    const readCursor = ({ query }: Route): string =>
      ['after', 'from', 'before'].find((name) => query !== undefined && name in query.shape) ?? 'none';
    const cursors = paged.map(([name, route]) => `${name} ${readCursor(route)}`);
    for (const name of ['listAccounts', 'listBudgets', ...byArrival]) expect(cursors).toContain(`${name} after`);
    expect(cursors.filter((cursor) => cursor.endsWith('none'))).toEqual([]);
  });

  it.each(byArrival)('does not end after what is not in it: %s', async (name) => {
    const path = toPath(name);
    expect(await saidTo(path)).toBe('200');
    for (const stranger of ['nobody', 'other-1', 'constructor', '__proto__']) {
      expect([stranger, await saidTo(`${path}?after=${stranger}`)]).toEqual([stranger, '400 invalid_request after']);
    }
  });

  it.each(['listHolds', 'listPacks', 'listBudgets'])('is whole, whatever the size of its pages: %s', async (name) => {
    for (const limit of [1, 2, many - 1, many, many + 1]) {
      const seen: string[] = [];
      let after: string | null = null;
      for (let pages = 0; pages <= many; pages += 1) {
        const query: string = after === null ? '' : `&after=${after}`;
        const { body } = await service.get<Record<string, unknown>>(`${toPath(name)}?limit=${String(limit)}${query}`);
        const rows = Object.values(body).find((value) => Array.isArray(value)) as Record<string, string>[];
        seen.push(...rows.map((row) => row['holdId'] ?? row['packId'] ?? row['name'] ?? ''));
        after = body['after'] as string | null;
        if (after === null) break;
      }
      expect(seen).toEqual(Array.from({ length: many }, (_, n) => `acme-${String(n)}`));
    }
  });

  it('by id goes on after any id, whether there is one', async () => {
    const after = async (path: string): Promise<number> => {
      const { body } = await service.get<{ accounts?: object[]; budgets?: object[] }>(path);
      return (body.accounts ?? body.budgets ?? []).length;
    };
    expect(await after('/v1/accounts?after=b')).toBe(1);
    expect(await after('/v1/accounts/acme/budgets?after=acme-2a')).toBe(2);
  });

  it.each(reading.filter(([, { query }]) => query !== undefined).map(([name]) => name))(
    'takes each of its parameters once, and no other: %s',
    async (name) => {
      const path = toPath(name);
      const { shape } = (routes as Record<string, Route>)[name]?.query ?? { shape: {} };
      for (const parameter of Object.keys(shape)) {
        const twice = `${path}?${parameter}=1&${parameter}=2`;
        expect([twice, await saidTo(twice)]).toEqual([twice, `400 invalid_request ${parameter}`]);
        const other = `${path}?${parameter.toUpperCase()}=1`;
        expect([other, await saidTo(other)]).toEqual([other, `400 invalid_request ${parameter.toUpperCase()}`]);
      }
      for (const parameter of ['page', 'offset', 'cursor', 'sort', '_', '__proto__']) {
        expect([parameter, await saidTo(`${path}?${parameter}=1`)]).toEqual([
          parameter,
          `400 invalid_request ${parameter}`,
        ]);
      }
    },
  );

  it.each(reading.filter(([, { query }]) => query === undefined).map(([name]) => name))(
    'without parameters takes none: %s',
    async (name) => {
      for (const query of ['limit=1', 'limit=1&limit=2', 'x', 'after=a']) {
        expect(await saidTo(`${toPath(name)}?${query}`)).toMatch(/^400 invalid_request (limit|x|after)$/);
      }
    },
  );
});

describe('an account', () => {
  const ofAccount = everyRoute.filter(([, { path }]) => path.includes('{accountId}'));

  it.each(ofAccount.map(([name]) => name))('that a key may not see is 403, whether there is one: %s', async (name) => {
    const { method, scopes } = (routes as Record<string, Route>)[name] ?? { method: 'GET', scopes: [] };
    const key = await service.key(scopes, { accountPrefixes: ['mine-'] });
    for (const accountId of ['acme', 'nobody']) {
      const { path, body } = sampleCall(name as RouteName, accountId);
      const { status, body: said } = await service.ask(method, path, { key, ...(body !== undefined && { body }) });
      expect([status, said['code'], said['field']]).toEqual([403, 'forbidden', 'accountId']);
    }
  });

  it.each(ofAccount.map(([name]) => name))('that there is not is 404 by its name: %s', async (name) => {
    const { method } = (routes as Record<string, Route>)[name] ?? { method: 'GET' };
    const { path, body } = sampleCall(name as RouteName, 'nobody');
    const { status, body: said } = await service.ask(method, path, body === undefined ? {} : { body });
    expect([status, said['code']]).toEqual([404, 'account_not_found']);
  });
});

describe('a problem', () => {
  it('says in its detail more than in its title, whichever route says it', async () => {
    const said: [string, string, string][] = [];
    for (const [name, { method }] of everyRoute) {
      for (const accountId of ['nobody', 'acme', 'no such id']) {
        const { path, body } = sampleCall(name as RouteName, encodeURIComponent(accountId));
        for (const sent of [undefined, {}, body]) {
          const key = method === 'GET' || name === 'close' ? {} : { key: await gatewayKey() };
          const reply = await service.ask(method, path, { ...key, ...(sent !== undefined && { body: sent }) });
          if (reply.status < 400) continue;
          const { code, title, detail } = reply.body as { code: string; title: string; detail: string };
          said.push([`${name} ${code}`, title, detail]);
        }
      }
    }
    expect(said.length).toBeGreaterThan(100);
    expect(said.filter(([, title, detail]) => detail.toLowerCase().includes(title.toLowerCase()))).toEqual([]);
    expect(said.filter(([, , detail]) => detail.includes('undefined'))).toEqual([]);
  });

  let kept: string | undefined;

  /** One that may do little: most of what is asked with it is refused. */
  async function gatewayKey(): Promise<string> {
    kept ??= await service.key(['gateway']);
    return kept;
  }

  it('never says of what was not sent that it cannot be taken', async () => {
    for (const [name, { method, body: schema }] of everyRoute) {
      if (schema === undefined) continue;
      const { path } = sampleCall(name as RouteName, 'acme');
      const { body } = await service.ask(method, path, { body: {} });
      expect(JSON.stringify(body)).not.toContain('cannot take');
    }
  });
});
