import { afterEach, expect, it } from '@jest/globals';
import { EventRecord } from '../support/event-record.ts';
import { Fleet } from '../support/fleet.ts';
import { FleetTraffic } from '../support/fleet-traffic.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

const accounts = ['acme', 'beta', 'core'];
const clientCount = 6;
/** Nobody but alarms and sweepers touches these. */
const idle = ['idle-0', 'idle-1', 'idle-2', 'idle-3'];

/** Longer than BullMQ and ioredis wait for anything. */
const longPauseMs = 40_000;

let fleet: Fleet;

afterEach(async () => {
  await fleet.close();
});

/** Holds of a second on accounts that nobody else touches; resolves when all of them have expired, at their deadlines. */
async function holdsExpire(round: string): Promise<void> {
  const holdId = `short-${round}`;
  for (const accountId of idle)
    await fleet.done(`/v1/accounts/${accountId}/holds`, { holdId, amount: '1', ttlSeconds: 1 });
  for (const accountId of idle) {
    const expired = `hold-expired.v1 ${holdId}`;
    await until(async () => (await new EventRecord(accountId).readOn(fleet.at(0))).names.includes(expired));
    const { events } = await new EventRecord(accountId).readOn(fleet.at(0));
    const opening = events.find((event) => event.type === 'funds-frozen.v1' && event.data.holdId === holdId);
    const ending = events.filter((event) => event.type === 'hold-expired.v1' && event.data.holdId === holdId);
    expect(ending).toHaveLength(1);
    expect(ending[0]?.data.at).toBe((opening?.data.at ?? 0) + 1_000);
  }
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** What a process says that it does without. */
async function degraded(url: string): Promise<string> {
  const response = await fetch(`${url}/health/ready`);
  const { ready, degraded: troubles = [] } = (await response.json()) as { ready: boolean; degraded?: string[] };
  return ready ? troubles.join('; ') : 'not ready';
}

async function open(environment: Readonly<Record<string, string>>, workers: number): Promise<void> {
  fleet = await Fleet.open('kurrentdb', environment);
  for (let count = 0; count < 2; count += 1) await fleet.addLedger();
  for (let count = 0; count < workers; count += 1) await fleet.addWorker();
}

describe('a fleet whose Redis is in trouble under load', () => {
  it('freezes, settles and expires holds all the same, and has its alarms again afterwards', async () => {
    await open({}, 1);
    const [worker] = fleet.workers;
    const [ledger] = fleet.ledgers;
    if (worker === undefined || ledger === undefined) throw new RangeError('there are a worker and a ledger');
    await fleet.openAccounts([...accounts, ...idle]);
    const traffic = new FleetTraffic(fleet, accounts, clientCount);
    let rounds = 0;
    const works = async (): Promise<void> => {
      rounds += 1;
      await traffic.goesOn();
      await holdsExpire(String(rounds));
    };
    const alarmsRing = async (): Promise<void> => {
      const before = await metric(worker.url, 'holdfast_alarms_rung_total');
      await until(async () => {
        await works();
        return (await metric(worker.url, 'holdfast_alarms_rung_total')) > before;
      });
      await until(async () => (await degraded(worker.url)) === '' && (await degraded(ledger.url)) === '');
    };
    await alarmsRing();

    fleet.redis.flush();
    await works();
    await alarmsRing();

    await fleet.redis.kill();
    await until(async () => (await degraded(worker.url)).includes('alarms do not ring'));
    await until(async () => (await degraded(ledger.url)).includes('without leases'));
    await works();
    await fleet.redis.restart();
    await alarmsRing();

    fleet.redis.pause();
    const pausedAt = performance.now();
    while (performance.now() - pausedAt < longPauseMs) await works();
    expect(await degraded(worker.url)).toContain('alarms do not ring');
    fleet.redis.resume();
    await alarmsRing();

    await traffic.stop();
    await traffic.expectAllOnce();
  });
});

describe('holds of accounts that nobody touches expire', () => {
  it('by alarms alone, where nobody sweeps', async () => {
    await open({ HOLDFAST_SWEEPER: 'false' }, 1);
    await fleet.openAccounts(idle);
    await holdsExpire('by-alarm');
  });

  it('by sweepers alone, where no alarm rings', async () => {
    await open({}, 0);
    await fleet.openAccounts(idle);
    await holdsExpire('by-sweeper');
  });

  it('once, where alarms ring at many workers and everybody sweeps', async () => {
    await open({}, 3);
    await fleet.openAccounts(idle);
    for (const round of ['a', 'b', 'c']) await holdsExpire(round);
  });
});
