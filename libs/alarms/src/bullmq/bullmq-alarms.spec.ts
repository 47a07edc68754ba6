import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { BullmqAlarms } from '#alarms';
import { MemoryEventStore } from '#event-store';
import { start } from '../../../../test/support/account-driver.ts';
import { RedisServer } from '../../../../test/support/redis-server.ts';
import { HandClock } from '../../../../test/support/replica.ts';
import { describeWith, redis as redisServer } from '../../../../test/support/tools.ts';
import { until } from '../../../../test/support/until.ts';
import { dueSecond, nearlyOver, ServiceWithAlarms } from '../../testing/service-with-alarms.ts';

const describe = describeWith(redisServer);

/** Where BullMQ keeps what is delayed: members are jobs, scores their times in ms with twelve bits below. */
const delayed = 'holdfast:unfreezing:delayed';
const scorePerMs = 4_096;

/** Several waits of up to a few seconds each: a worker that lost its connection tries again with growing pauses. */
let server: RedisServer;
let store: MemoryEventStore;
const services: ServiceWithAlarms[] = [];

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  // Empty, and there, however the last test left it.
  await server.restart();
  store = new MemoryEventStore();
});

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

async function open(limits = {}): Promise<ServiceWithAlarms> {
  const service = await ServiceWithAlarms.open(server, store, limits);
  services.push(service);
  return service;
}

/** A service whose alarms ring there, and which sets none by itself. */
async function listening(): Promise<ServiceWithAlarms> {
  const service = await open();
  service.rounds.start(3_600_000);
  return service;
}

async function rung(service: ServiceWithAlarms): Promise<number> {
  return (await service.alarms.state()).rung;
}

/** No alarm is set, due or ringing any more. */
async function quiet(service: ServiceWithAlarms): Promise<boolean> {
  const { counts } = await service.alarms.state();
  return counts?.delayed === 0 && counts.waiting === 0 && counts.active === 0;
}

describe('alarms', () => {
  it('are one for each account and second, however many holds, rounds and processes there are', async () => {
    const [one, other] = [await open(), await open()];
    await one.openAccount('acme', 20);
    await one.openAccount('beta', 20);
    await other.readModelsSeeAll();
    for (const service of [one, other]) service.clock.time = dueSecond * 1_000 - 10_000;
    expect(await one.rounds.round()).toBe(2);
    expect(await one.rounds.round()).toBe(0);
    expect(await other.rounds.round()).toBe(2);
    expect((await one.alarms.state()).counts).toEqual({ delayed: 2, waiting: 0, active: 0 });
    expect(server.ask('EXISTS', `holdfast:unfreezing:unfreeze-acme-${String(dueSecond)}`)).toBe('1');
  });

  it.each([60, 1_800, 2_592_000])('are set from a freeze of %i seconds on, at their time', async (ttlSeconds) => {
    const service = await open();
    await service.openAccount('acme', 2, ttlSeconds);
    const [before] = [Date.now(), await service.rounds.round()];
    const after = Date.now();
    expect((await service.alarms.state()).counts).toMatchObject({ delayed: 1 });
    const second = start / 1_000 + ttlSeconds;
    const rings = Number(server.ask('ZSCORE', delayed, `unfreeze-acme-${String(second)}`)) / scorePerMs;
    expect(Math.floor(rings)).toBeGreaterThanOrEqual(before + (ttlSeconds + 1) * 1_000);
    expect(Math.floor(rings)).toBeLessThanOrEqual(after + (ttlSeconds + 1) * 1_000);
  });

  it('are set again where the worker that had set them is gone, and stay one each', async () => {
    const one = await open();
    await one.openAccount('acme', 1, 1_800);
    expect(await one.rounds.round()).toBe(1);
    const other = await open();
    await other.readModelsSeeAll();
    expect(await other.rounds.round()).toBe(1);
    expect((await other.alarms.state()).counts).toMatchObject({ delayed: 1 });
  });

  it('ring at the end of the second: everything in it has expired then, and nothing is left behind', async () => {
    const service = await listening();
    await service.openAccount('acme', 3);
    service.clock.time = nearlyOver;
    await service.rounds.round();
    await until(async () => (await service.expiries('acme')) === 3);
    await until(() => quiet(service));
    expect(await service.alarms.state()).toMatchObject({ mode: 'working', rung: 1, failed: 0, trouble: undefined });
  });

  it('that are early change nothing, and are set again by the next round', async () => {
    const service = await listening();
    await service.openAccount('acme');
    await service.alarms.set([{ accountId: 'acme', second: dueSecond - 120 }]);
    await until(async () => (await rung(service)) === 1);
    expect(await service.expiries('acme')).toBe(0);
    service.clock.time = nearlyOver;
    expect(await service.rounds.round()).toBe(1);
    await until(async () => (await service.expiries('acme')) === 1);
  });

  it('that are late find that the sweeper has done it', async () => {
    const service = await open();
    await service.openAccount('acme');
    service.clock.time = nearlyOver;
    await service.rounds.round();
    expect(await service.sweeper.sweep()).toBe(1);
    expect(await service.expiries('acme')).toBe(1);
    service.rounds.start(3_600_000);
    await until(async () => (await rung(service)) >= 1);
    expect(await service.expiries('acme')).toBe(1);
  });

  it('that ring many times, at many processes, let a hold expire once', async () => {
    const [one, other] = [await listening(), await listening()];
    await one.openAccount('acme', 2);
    for (const service of [one, other]) service.clock.time = nearlyOver;
    const alarms = Array.from({ length: 40 }, (_, index) => ({ accountId: 'acme', second: dueSecond - index - 1 }));
    await one.alarms.set(alarms);
    await until(async () => (await rung(one)) + (await rung(other)) === 40);
    expect(await one.expiries('acme')).toBe(2);
    expect((await one.alarms.state()).failed + (await other.alarms.state()).failed).toBe(0);
  });

  it('that never ring are set again once they are overdue, which is to be seen', async () => {
    const service = await listening();
    await service.openAccount('acme');
    service.clock.time = dueSecond * 1_000 - 10_000;
    expect(await service.rounds.round()).toBe(1);
    server.flush();
    service.clock.time = dueSecond * 1_000 + 20_000;
    expect(await service.rounds.state()).toMatchObject({ overdueMs: 20_000, rung: 0 });
    expect(await service.rounds.round()).toBe(1);
    await until(async () => (await service.expiries('acme')) === 1);
    await service.readModelsSeeAll();
    expect(await service.rounds.state()).toMatchObject({ overdueMs: 0, rung: 1 });
  });

  it('that never ring leave everything to the sweeper', async () => {
    const service = await open();
    await service.openAccount('acme');
    service.clock.time = nearlyOver;
    await service.rounds.round();
    server.flush();
    expect(await service.sweeper.sweep()).toBe(1);
    expect(await service.expiries('acme')).toBe(1);
  });

  it('that fail say why, and do not stand in the way of the next', async () => {
    const service = await listening();
    await service.openAccount('acme');
    service.clock.doubt = 'it was set ahead by 3600.0 s';
    service.clock.time = nearlyOver + 1_000;
    await service.alarms.set([{ accountId: 'acme', second: dueSecond }]);
    await until(async () => (await service.alarms.state()).failed === 1);
    expect((await service.alarms.state()).trouble).toMatch(/^unfreeze-acme-\d+: .*clock_untrusted$/);
    expect(await service.expiries('acme')).toBe(0);
    expect(await service.rounds.round()).toBe(0);
    service.clock.doubt = undefined;
    expect(await service.rounds.round()).toBe(1);
    await until(async () => (await service.expiries('acme')) === 1);
  });
});

describe('alarms without room for all', () => {
  /** A service that sets four alarms ahead at most, and holds of different accounts in 1 000 to 9 000 seconds. */
  async function fullQueue(): Promise<ServiceWithAlarms> {
    const service = await ServiceWithAlarms.open(server, store, {}, 4);
    services.push(service);
    for (let holder = 1; holder < 10; holder += 1) {
      await service.openAccount(`holder-${String(holder)}`, 1, holder * 1_000);
    }
    return service;
  }

  /** Rounds until one changes neither the horizon nor the alarms. */
  async function settled(service: ServiceWithAlarms): Promise<number> {
    let horizonMs: number | undefined;
    for (;;) {
      const set = await service.rounds.round();
      const now = (await service.rounds.state()).horizonMs;
      if (set === 0 && now === horizonMs) return now;
      horizonMs = now;
    }
  }

  it('are set for what falls due next, and say how far that is', async () => {
    const service = await fullQueue();
    expect((await service.rounds.state()).horizonMs).toBe(2_592_000_000);
    const horizonMs = await settled(service);
    expect(horizonMs).toBeLessThan(5_000_000);
    expect(horizonMs).toBeGreaterThan(2_000_000);
    expect((await service.alarms.state()).counts).toMatchObject({ delayed: 4 });
    for (const holder of [1, 2, 3, 4]) {
      const job = `unfreeze-holder-${String(holder)}-${String(start / 1_000 + holder * 1_000)}`;
      expect(server.ask('EXISTS', `holdfast:unfreezing:${job}`)).toBe('1');
    }
  });

  it('are set all the same for what falls due in the next seconds', async () => {
    const service = await fullQueue();
    await settled(service);
    await service.openAccount('soon', 1, 9);
    expect(await service.rounds.round()).toBe(1);
    expect((await service.alarms.state()).counts).toMatchObject({ delayed: 5 });
  });

  it('reach as far as ever once there is room again', async () => {
    const service = await fullQueue();
    const shrunk = await settled(service);
    server.flush();
    await service.replica.run('holder-9', { kind: 'release', holdId: 'h0', reason: 'not needed' });
    await service.rounds.round();
    expect((await service.rounds.state()).horizonMs).toBe(2 * shrunk);
  });
});

describe('when Redis is in trouble', () => {
  it('and is not there at the start, the sweeper does it; alarms ring once it comes', async () => {
    await server.kill();
    const service = await open();
    await service.openAccount('acme');
    await service.openAccount('beta');
    service.clock.time = nearlyOver;
    await expect(service.rounds.round()).rejects.toThrow('Redis is unavailable');
    service.rounds.start(3_600_000);
    await until(async () => (await service.rounds.state()).roundFailure !== undefined);
    expect(await service.rounds.state()).toMatchObject({ mode: 'away', counts: undefined, overdueMs: 900 });
    await service.replica.run('acme', { kind: 'expire-due' });
    expect(await service.sweeper.sweep()).toBeGreaterThan(0);
    expect(await service.expiries('beta')).toBe(1);
    await service.openAccount('gamma');
    service.clock.time += 60_000;
    await server.restart();
    await until(async () => (await service.alarms.state()).mode === 'working');
    await service.rounds.round();
    await until(async () => (await service.expiries('gamma')) === 1);
  });

  it('and wants a password, it says so', async () => {
    const locked = await RedisServer.start('--requirepass', 'right');
    try {
      const service = await ServiceWithAlarms.open(locked, store);
      services.push(service);
      await until(async () => (await service.alarms.state()).trouble?.includes('NOAUTH') === true);
    } finally {
      await locked.stop();
    }
  });

  it('and dies in between, alarms set after it is back ring at the same workers', async () => {
    const service = await listening();
    await service.openAccount('acme');
    await service.openAccount('beta');
    await service.alarms.set([{ accountId: 'acme', second: dueSecond - 120 }]);
    await until(async () => (await rung(service)) === 1);
    await server.kill();
    await until(async () => (await service.alarms.state()).mode === 'away');
    await server.restart();
    service.clock.time = nearlyOver;
    await until(async () => (await service.alarms.state()).mode === 'working');
    expect(await service.rounds.round()).toBe(2);
    await until(async () => (await service.expiries('acme')) + (await service.expiries('beta')) === 2);
  });

  it('and stands still, a round fails in bounded time, and the next one after that does not', async () => {
    const service = await open({ commandTimeoutMs: 200, closeWaitMs: 500 });
    await service.openAccount('acme');
    service.rounds.start(3_600_000);
    service.clock.time = nearlyOver;
    server.pause();
    try {
      await expect(service.rounds.round()).rejects.toThrow('Command timed out');
      expect(await service.alarms.state()).toMatchObject({ mode: 'away', trouble: 'Error: Command timed out' });
    } finally {
      server.resume();
    }
    await until(async () => (await service.alarms.state()).mode === 'working');
    await service.rounds.round();
    await until(async () => (await service.expiries('acme')) === 1);
  });

  it('and stands still, a service can be closed', async () => {
    const service = await ServiceWithAlarms.open(server, store, { commandTimeoutMs: 200, closeWaitMs: 500 });
    service.rounds.start(3_600_000);
    await until(() => quiet(service));
    server.pause();
    try {
      await service.close();
    } finally {
      server.resume();
    }
  });
});

describe('a Redis that may throw alarms away', () => {
  const setPolicy = (policy: string): void => {
    server.ask('CONFIG', 'SET', 'maxmemory-policy', policy);
  };

  afterEach(() => {
    setPolicy('noeviction');
  });

  it('is refused at the start, with what to do about it', async () => {
    setPolicy('allkeys-lru');
    await expect(BullmqAlarms.open({ url: server.url, clock: new HandClock(0) })).rejects.toMatchObject({
      name: 'AlarmsNotSafe',
      message: expect.stringMatching(/maxmemory-policy allkeys-lru .*CONFIG SET maxmemory-policy noeviction/),
    });
  });

  it('is given none when it comes later, until that is mended', async () => {
    const service = await open();
    await service.openAccount('acme');
    service.clock.time = dueSecond * 1_000 - 10_000;
    await server.restart();
    setPolicy('volatile-ttl');
    await until(() =>
      service.rounds.round().then(
        () => false,
        (error: unknown) => String(error).includes('AlarmsNotSafe'),
      ),
    );
    setPolicy('noeviction');
    expect(await service.rounds.round()).toBe(1);
  });
});
