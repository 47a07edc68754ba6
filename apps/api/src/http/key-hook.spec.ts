import { beforeAll, describe, expect, it } from '@jest/globals';
import { scopes } from '#application';
import { type BatchAnswer, type Route, type RouteName, routes, type Scope } from '#contract';
import { type Reply, sampleCall, serviceForAll } from '../../../../test/support/in-process.ts';

/** All but those whose callers sign what they send, and have no key. */
const names = (Object.keys(routes) as RouteName[]).filter((name) => (routes[name] as Route).signed !== true);
const keys = new Map<string, string>();
const service = serviceForAll({}, async () => {
  for (const scope of scopes) keys.set(scope, await service.key([scope]));
  keys.set(
    'expired',
    await service.key(['gateway', 'operator', 'auditor', 'admin'], { expiresAt: '2020-01-01T00:00:00Z' }),
  );
  const revoked = await service.done('/v1/keys', { name: 'revoked', scopes: [...scopes] });
  keys.set('revoked', revoked.body['key'] as string);
  await service.ask('DELETE', `/v1/keys/${String(revoked.body['keyId'])}`);
});

function call(name: RouteName, key: string | null, accountId = 'nobody', headers = {}): Promise<Reply> {
  const { path, body } = sampleCall(name, accountId);
  return service.ask(routes[name].method, path, { key, body, headers });
}

describe('every route', () => {
  it.each(names)('%s lets nobody in who has no good key', async (name) => {
    const before = await service.events();
    const wrong = `hf_live_${'a'.repeat(12)}_${'A'.repeat(43)}`;
    const callers = [
      ...[null, '', wrong, 'x', keys.get('expired') ?? '', keys.get('revoked') ?? ''].map((key) => call(name, key)),
      ...['Basic YTpi', 'Bearer', `bearer ${wrong}`].map((authorization) =>
        call(name, null, 'nobody', { authorization }),
      ),
    ];
    for (const { status, body, headers } of await Promise.all(callers)) {
      expect([status, body['code']]).toEqual([401, 'unauthenticated']);
      expect(headers['www-authenticate']).toBe('Bearer');
    }
    expect(await service.events()).toBe(before);
  });

  it.each(names.flatMap((name) => scopes.map((scope) => [name, scope] as const)))(
    '%s is shut or open to the scope %s as the contract says',
    async (name, scope) => {
      const open = (routes[name] as Route).scopes.includes(scope);
      const before = await service.events();
      const { status, body } = await call(name, keys.get(scope) ?? '', `by-${scope}`);
      if (open) {
        expect([401, 403, 500]).not.toContain(status);
        return;
      }
      expect([status, body['code']]).toEqual([403, 'forbidden']);
      expect(await service.events()).toBe(before);
    },
  );
});

describe('a key that is bound to account ids by their beginning', () => {
  const bound: Scope[] = ['gateway', 'operator', 'auditor'];
  const perAccount = names.filter((name) => routes[name].path.includes('{accountId}'));
  let key: string;

  beforeAll(async () => {
    key = await service.key(bound, { accountPrefixes: ['mine-', 'ours-'] });
    for (const accountId of ['mine-1', 'ours-1', 'yours-1', 'mine']) await service.account(accountId);
  });

  it.each(perAccount)('opens %s on those accounts and on no other', async (name) => {
    const before = await service.events();
    for (const accountId of ['yours-1', 'mine', 'nobody', 'MINE-1', 'x-mine-1']) {
      const { status, body } = await call(name, key, accountId);
      expect([status, body['code'], body['field']]).toEqual([403, 'forbidden', 'accountId']);
    }
    expect(await service.events()).toBe(before);
    for (const accountId of ['mine-9', 'ours-9']) expect((await call(name, key, accountId)).status).not.toBe(403);
  });

  it('opens accounts under those names only', async () => {
    expect((await call('openAccount', key, 'yours-2')).body).toMatchObject({ status: 403, field: 'accountId' });
    expect((await call('openAccount', key, 'ours-2')).status).toBe(201);
  });

  it('lists those accounts only, page by page', async () => {
    type Page = { accounts: { accountId: string }[]; after: string | null };
    await service.listsCaughtUp();
    const seen: string[] = [];
    let after = '';
    for (;;) {
      const { body } = await service.get<Page>(`/v1/accounts?limit=1${after}`, { key });
      seen.push(...body.accounts.map(({ accountId }) => accountId));
      if (body.after === null) break;
      after = `&after=${body.after}`;
    }
    expect(seen.filter((accountId) => !/^(mine|ours)-/.test(accountId))).toEqual([]);
    expect(seen).toEqual(expect.arrayContaining(['mine-1', 'ours-1']));
  });

  it('keeps a batch to those accounts, operation by operation', async () => {
    const operations = ['mine-1', 'yours-1', 'ours-1'].map((accountId) => {
      return { op: 'freeze', accountId, holdId: 'in-batch', amount: '1' };
    });
    const { body } = await service.post<BatchAnswer>('/v1/batch', { operations }, { key });
    expect(body.results.map(({ status }) => status)).toEqual([201, 403, 201]);
    expect(body.results[1]?.body).toMatchObject({ code: 'forbidden', field: 'accountId' });
  });
});

describe('what is not a route of the contract', () => {
  const known = new Set(['/v1/accounts', '/v1/accounts/acme', '/v1/batch']);

  it.each([
    ['GET', '/v1'],
    ['GET', '/v1/'],
    ['GET', '/v1/nothing'],
    ['PUT', '/v1/accounts'],
    ['PATCH', '/v1/accounts/acme'],
    ['DELETE', '/v1/accounts/acme'],
    ['OPTIONS', '/v1/accounts'],
    ['GET', '/v1/batch'],
    ['GET', '/V1/accounts'],
    ['GET', '/v1/accounts/acme/nothing'],
    ['GET', '//v1/accounts'],
    ['GET', '/'],
    ['GET', '/admin.key'],
  ])('does not exist: %s %s', async (method, path) => {
    for (const key of [null, ...keys.values()]) {
      const { status, headers } = await service.ask(method, path, { key });
      // A known path is told apart: what is in the documents is no secret.
      expect(status).toBe(known.has(path) ? 405 : 404);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });
});
