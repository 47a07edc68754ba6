import { describe, expect, it } from '@jest/globals';
import { BEGINNING } from '#application';
import type { CreatedKey, Key, KeyList } from '#contract';
import { serviceForAll } from '../../../../test/support/in-process.ts';

const service = serviceForAll();

describe('an API key', () => {
  const wanted = {
    name: 'gateway of acme',
    scopes: ['gateway'],
    accountPrefixes: ['acme'],
    expiresAt: '2999-01-01T00:00:00.000Z',
  };

  it('is shown once, and nowhere afterwards', async () => {
    const { status, body } = await service.post<CreatedKey>('/v1/keys', wanted);
    expect([status, body]).toMatchObject([201, { ...wanted, revokedAt: null }]);
    expect(body.key).toMatch(/^hf_live_[a-z2-9]{12}_[A-Za-z0-9_-]{43}$/);
    const { key, ...row } = body;
    const list = await service.get<KeyList>('/v1/keys');
    expect(list.body.keys).toContainEqual(row);
    const everything = await service.engine.store.readAll(BEGINNING, 1_000);
    for (const text of [list.text, JSON.stringify(everything)]) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(key.slice(-43));
    }
    expect(list.text).not.toContain('digest');
  });

  it('opens nothing any more from the moment it is revoked, and stays on the list', async () => {
    const { body } = await service.post<CreatedKey>('/v1/keys', { name: 'short', scopes: ['auditor'] });
    const use = async (): Promise<number> => (await service.get('/v1/accounts', { key: body.key })).status;
    expect(await use()).toBe(200);
    const revoked = await service.ask<Key>('DELETE', `/v1/keys/${body.keyId}`);
    expect(await use()).toBe(401);
    expect(revoked.body.revokedAt).not.toBeNull();
    const again = await service.ask<Key>('DELETE', `/v1/keys/${body.keyId}`);
    expect([again.status, again.text]).toEqual([200, revoked.text]);
    const { keys } = (await service.get<KeyList>('/v1/keys')).body;
    expect(keys).toContainEqual(revoked.body);
  });

  it('that makes keys cannot be bound to some accounts, for it could make itself an unbound one', async () => {
    const { status, body } = await service.post('/v1/keys', { ...wanted, scopes: ['gateway', 'admin'] });
    expect([status, body]).toMatchObject([400, { code: 'invalid_request', field: 'accountPrefixes' }]);
  });

  it('expires at its time', async () => {
    const expiresAt = new Date(Date.now() + 300).toISOString();
    const { body } = await service.post<CreatedKey>('/v1/keys', { name: 'short', scopes: ['auditor'], expiresAt });
    let reply = await service.get('/v1/accounts', { key: body.key });
    while (reply.status === 200) reply = await service.get('/v1/accounts', { key: body.key });
    expect(reply.status).toBe(401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });
});
