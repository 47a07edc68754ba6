import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccountLanes, BEGINNING, EventStore, KeyRegistry, PriceBookRegistry } from '#application';
import { type Engine, EngineLifecycle, EngineModule, HealthModule, openEngine, ServiceState } from '#engine';
import { makeLogger, Metrics, readConfig } from '#runtime';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { until } from '../../../test/support/until.ts';

let directory: string;
let engine: Engine;
let app: INestApplication;
let state: ServiceState;

/** A route that answers when the service is told to stop, and reads the store then. */
@Controller('last')
class LastRequest {
  static asked = false;

  @Get()
  async read(): Promise<object> {
    LastRequest.asked = true;
    await until(() => state.notServing === 'the service is stopping');
    const { events } = await engine.store.readAll(BEGINNING, 10);
    return { events: events.length };
  }
}

beforeEach(async () => {
  LastRequest.asked = false;
  directory = scratchDirectory();
  engine = await openEngine(readConfig({ HOLDFAST_DATA_DIR: directory }), makeLogger('silent'), (cause) => {
    throw cause;
  });
  state = new ServiceState(engine);
  const testing = await Test.createTestingModule({
    imports: [EngineModule.forRoot(engine, { signs: true, bills: true }), HealthModule.over(new Metrics(), state)],
    controllers: [LastRequest],
  }).compile();
  app = testing.createNestApplication(new FastifyAdapter(), { logger: false });
});

afterEach(async () => {
  await app.close();
});

async function ready(url: string): Promise<string> {
  return (await fetch(`${url}/health/ready`)).text();
}

describe('an engine in an application', () => {
  it('starts once the application listens, which says until then that it is starting', async () => {
    const lifecycle = app.get(EngineLifecycle);
    let started = false;
    void lifecycle.started.then(() => (started = true));
    await app.init();
    await engine.store.readAll(BEGINNING, 1);
    expect(started).toBe(false);
    await app.listen(0, '127.0.0.1');
    expect(await ready(await app.getUrl())).toContain('the service is starting');
    await lifecycle.started;
    state.started();
    expect(await ready(await app.getUrl())).toBe('{"ready":true}');
  });

  it('gives its parts to whoever asks for them by their class', () => {
    expect(app.get(EventStore, { strict: false })).toBe(engine.store);
    expect(app.get(AccountLanes, { strict: false })).toBe(engine.lanes);
    expect(app.get(KeyRegistry, { strict: false })).toBe(engine.keys);
    expect(app.get(PriceBookRegistry, { strict: false })).toBe(engine.priceBooks);
  });

  it('takes no more commands first, and is closed last: what is under way can still be answered', async () => {
    await app.listen(0, '127.0.0.1');
    await app.get(EngineLifecycle).started;
    state.started();
    const answer = fetch(`${await app.getUrl()}/last`, { headers: { connection: 'close' } });
    await until(() => LastRequest.asked);
    await app.close();
    expect((await answer).status).toBe(200);
    await expect(engine.store.readAll(BEGINNING, 1)).rejects.toThrow();
  });
});
