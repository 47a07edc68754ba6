import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { ApplicationConfig } from '@nestjs/core';
import { serviceForAll } from '../../../test/support/in-process.ts';
import { BatchController } from './batch/batch.controller.ts';
import { HoldsController } from './holds/holds.controller.ts';

const service = serviceForAll({ HOLDFAST_PUBLIC_URL: 'https://ledger.example' });

describe('what is open to everybody', () => {
  it('says that it lives and is ready', async () => {
    expect((await service.get('/health/live', { key: null })).text).toBe('{"live":true}');
    expect((await service.get('/health/ready', { key: null })).text).toBe('{"ready":true}');
  });

  it('counts by route and by problem, and names no account', async () => {
    await service.account('secretive');
    await service.get('/v1/accounts/secretive');
    await service.get('/v1/accounts/nobody');
    const { text, headers } = await service.get('/metrics', { key: null });
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toContain('holdfast_request_seconds_count{route="GET /v1/accounts/:accountId"} 2');
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

  it('is the document of the routes as it is committed, with where they are', async () => {
    const { body } = await service.get<Record<string, unknown>>('/openapi.json', { key: null });
    const { servers, ...document } = body;
    expect(servers).toEqual([{ url: 'https://ledger.example' }]);
    const committed = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
    expect(document).toEqual(JSON.parse(committed));
  });

  it('is a page to read and to try the routes', async () => {
    const { status, headers, text } = await service.get('/docs', { key: null });
    expect([status, headers['content-type']]).toEqual([200, 'text/html']);
    expect(text).toContain('swagger-ui');
  });
});

/** Of class and method; what of the framework stands before a method is in their metadata. */
const moneyRoutes: readonly (readonly [controller: new (...parts: never[]) => object, method: string])[] = [
  [HoldsController, 'freeze'],
  [HoldsController, 'settle'],
  [HoldsController, 'fail'],
  [HoldsController, 'release'],
  [BatchController, 'run'],
];

describe('a money route', () => {
  const enhancers = ['__guards__', '__interceptors__', '__pipes__', '__exceptionFilters__'];

  it.each(moneyRoutes)('has nothing of the framework before its handler: %p %s', (controller, method) => {
    const handler = Object.getOwnPropertyDescriptor(controller.prototype, method)?.value as object;
    for (const place of [controller, handler]) {
      expect(enhancers.filter((name) => Reflect.hasMetadata(name, place))).toEqual([]);
    }
    const parameters = Reflect.getMetadata('__routeArguments__', controller, method) as Readonly<
      Record<string, { readonly pipes: readonly unknown[] }>
    >;
    expect(Object.values(parameters).flatMap(({ pipes }) => pipes)).toEqual([]);
    expect(Object.keys(parameters)).toHaveLength(2);
  });
});

describe('every route', () => {
  it('has nothing that stands before all of them but the key hook, and one filter for what is thrown', () => {
    const config = (service.api.app as unknown as { config: ApplicationConfig }).config;
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
