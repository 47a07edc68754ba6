import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { groupLimits } from '#application';
import { Leases, type LeasesState } from '#application/ports';
import { RedisLeases } from '#leases';
import { Dice } from '../support/dice.ts';
import { saidIn } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { type Load, LoadRun } from '../support/load-run.ts';
import { RedisServer } from '../support/redis-server.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

/*
 * Three processes over one store, 200 clients on 20 accounts. The store is slow, loses answers and writes late; the time
 * of day races with settles; processes are held up. Leases must make no difference to anything but the traffic.
 *
 * LOAD_SEED=<number> throws the dice of an earlier run again (the machine's own timing is not in them).
 */

const load: Load = { clients: 200, accounts: 20, calls: 15 };

/** A generous bound: most appends meet none, and each of those who lose tries again at most so often. */
const conflictsPerAppendMax = 4;

/** Of 1 000 answers, how many may say that an account is too busy. */
const busyPerMilleMax = 5;

/** Without these among the events and answers of a run, it has not tried what it is for. */
const wanted = [
  'hold-settled.v1',
  'hold-released.v1',
  'hold-expired.v1',
  'hold-settled-late.v1',
  'call-failed.v1',
  'again',
  'seen',
  'store_unavailable',
  'insufficient_available_balance',
  'hold_expired',
  'hold_already_settled',
  'idempotency_conflict',
];

const leaseMs = 80;

/** The second process never renews, as one that is paused does not; Redis counts as away after 30 ms without an answer. */
const leaseLimits = [25, 60_000, 25].map((renewEveryMs) => ({
  leaseMs,
  renewEveryMs,
  wishesEveryMs: 10,
  commandTimeoutMs: 30,
  probeEveryMs: 20,
}));

/** Leases of a kind that cannot be trusted: whoever asks has one at once. */
class EverybodysLeases extends Leases {
  override take(): Promise<void> {
    return Promise.resolve();
  }

  override done(): void {
    // There is nothing to hand over.
  }

  override holds(): boolean {
    return true;
  }

  override state(): LeasesState {
    return { mode: 'working', trouble: undefined, refusal: undefined, held: 0, wentWithout: 0 };
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(async () => {
  await server.stop();
});

/** Everything that goes wrong in a run, at different times of it. */
async function troubles(run: LoadRun): Promise<void> {
  const [first, second, third] = run.links;
  await run.progress(10);
  const goOn = first?.hold();
  // In the middle of the first process's batches all leases are lost, and others take them.
  server.flush();
  await run.othersWrite(0, 30);
  goOn?.();
  await run.progress(30);
  const resume = second?.hold();
  await pause(2 * leaseMs);
  await run.othersWrite(1, 30);
  resume?.();
  await run.progress(50);
  const mend = third?.cut();
  await run.othersWrite(2, 30);
  mend?.();
  await run.progress(65);
  server.pause();
  await run.progress(75);
  server.resume();
  await run.progress(85);
  await server.restart();
}

type Kind = readonly [name: string, groups: keyof typeof groupLimits, open: () => Promise<readonly Leases[]>];

async function openRedisLeases(): Promise<readonly Leases[]> {
  const leases = leaseLimits.map((limits) => new RedisLeases({ url: server.url, limits }));
  await until(() => leases.every((each) => each.state().mode === 'working'));
  return leases;
}

const kinds: readonly Kind[] = [
  ['with leases in Redis', 'together', openRedisLeases],
  ['with leases in Redis, and each append by itself', 'oneByOne', openRedisLeases],
  ['without leases', 'together', () => Promise.resolve([])],
  [
    'with leases that everybody is granted at once',
    'together',
    () => Promise.resolve(leaseLimits.map(() => new EverybodysLeases())),
  ],
];

describe('three processes, 200 clients on 20 accounts', () => {
  it.each(kinds)('keep every promise %s', async (_, groups, open) => {
    const dice = new Dice();
    const leases = await open();
    const run = new LoadRun(load, dice, leases, groups);
    await run.run(() => troubles(run));
    await Promise.all(leases.map((each) => each.close()));
    const log = await run.log();
    const { calls } = run.history;
    const result = {
      of: `DICE_SEED=${String(dice.seed)}`,
      errors: [...checkHistory(calls, log), ...run.checkSnapshots(log)].slice(0, 10),
      unanswered: calls.filter(({ answeredAt }) => answeredAt === undefined).length,
      outOfService: run.replicas.flatMap(({ quarantined, onTransientError, broken }) => [
        ...quarantined,
        ...onTransientError,
        broken,
      ]),
    };
    expect(result).toEqual({ ...result, errors: [], unanswered: 0, outOfService: run.replicas.map(() => undefined) });
    // What is to be raced with did happen, all of it.
    const occurred = new Set([...log.map(({ type }) => type), ...calls.map(saidIn)]);
    expect(wanted.filter((one) => !occurred.has(one))).toEqual([]);
    const busy = calls.filter((call) => saidIn(call) === 'account_busy');
    expect((busy.length * 1_000) / calls.length).toBeLessThan(busyPerMilleMax);
    expect(run.conflicts / run.appends).toBeLessThan(conflictsPerAppendMax);
  });
});
