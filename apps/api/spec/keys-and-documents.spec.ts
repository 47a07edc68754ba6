import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApplicationConfig, ModulesContainer, NestContainer } from '@nestjs/core';
import type { CreatedKey, Key, KeyList, PriceBook, PriceBookList } from '#contract';
import { BEGINNING } from '#application';
import { LedgerModule } from '../src/ledger.module.ts';
import { InProcess } from './in-process.ts';

let service: InProcess;

beforeAll(async () => {
  service = await InProcess.open({ HOLDFAST_PUBLIC_URL: 'https://ledger.example' });
});

afterAll(async () => {
  await service.close();
});

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

describe('the price books', () => {
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

describe('what is open to everybody', () => {
  it('says that it lives and is ready', async () => {
    expect((await service.get('/health/live', { key: null })).text).toBe('{"live":true}');
    expect((await service.get('/health/ready', { key: null })).text).toBe('{"ready":true}');
  });

  it('counts by door and by problem, and names no account', async () => {
    await service.account('secretive');
    await service.get('/v1/accounts/secretive');
    await service.get('/v1/accounts/nobody');
    const { text, headers } = await service.get('/metrics', { key: null });
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toContain('holdfast_request_seconds_count{door="GET /v1/accounts/:accountId"} 2');
    expect(text).toContain('holdfast_problems_total{code="account_not_found"} 1');
    expect(text).not.toContain('secretive');
  });

  it('has the type of a counter for what only grows, and the name of one', async () => {
    const { text } = await service.get('/metrics', { key: null });
    const types = [...text.matchAll(/^# TYPE (holdfast_\w+) (\w+)$/gm)];
    expect(types.length).toBeGreaterThan(10);
    const misnamed = types.filter(([, name = '', type]) => name.endsWith('_total') !== (type === 'counter'));
    expect(misnamed.map(([line]) => line)).toEqual([]);
    // A count since the start that is no counter cannot be told from one that fell.
    expect(text).not.toMatch(/^# HELP .*since the start/m);
  });

  it('is the document of the doors as it is committed, with where they are', async () => {
    const { body } = await service.get<Record<string, unknown>>('/openapi.json', { key: null });
    const { servers, ...document } = body;
    expect(servers).toEqual([{ url: 'https://ledger.example' }]);
    const committed = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
    expect(document).toEqual(JSON.parse(committed));
  });

  it('is a page to read and to try the doors', async () => {
    const { status, headers, text } = await service.get('/docs', { key: null });
    expect([status, headers['content-type']]).toEqual([200, 'text/html']);
    expect(text).toContain('swagger-ui');
  });
});

describe('the doors', () => {
  const enhancers = ['__guards__', '__interceptors__', '__pipes__', '__exceptionFilters__'];

  it('have nothing of the framework between request and handler, because a freeze comes before every paid call', () => {
    const container = (service.doors.app as unknown as { container: NestContainer }).container;
    const modules: ModulesContainer = container.getModules();
    const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
    const inOurs = controllers.filter(({ host }) => host?.metatype === LedgerModule);
    expect(inOurs.length).toBeGreaterThan(5);
    for (const { metatype } of inOurs) {
      const door = metatype as { prototype: object };
      const { prototype } = door;
      const handlers = Object.getOwnPropertyNames(prototype).map(
        (name) => Object.getOwnPropertyDescriptor(prototype, name)?.value as object,
      );
      for (const place of [door, ...handlers]) {
        expect(enhancers.filter((name) => Reflect.hasMetadata(name, place))).toEqual([]);
      }
    }
    const config = (service.doors.app as unknown as { config: ApplicationConfig }).config;
    const everywhere = [
      config.getGlobalGuards(),
      config.getGlobalInterceptors(),
      config.getGlobalPipes(),
      config.getGlobalRequestGuards(),
      config.getGlobalRequestInterceptors(),
      config.getGlobalRequestPipes(),
    ];
    expect(everywhere.flat()).toEqual([]);
    expect(config.getGlobalFilters()).toHaveLength(1);
  });
});
