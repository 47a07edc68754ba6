import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { accountStream } from '#domain';
import { RedisLeases } from '#leases';
import { start } from '../../../test/support/account-driver.ts';
import { deposit, freeze, openAccount } from '../../../test/support/commands.ts';
import { HeldStore } from '../../../test/support/held-store.ts';
import { RedisServer } from '../../../test/support/redis-server.ts';
import { asked, HandClock, outcome, Replica } from '../../../test/support/replica.ts';
import { describeWith, redis as redisServer } from '../../../test/support/tools.ts';
import { until } from '../../../test/support/until.ts';

const describe = describeWith(redisServer);

/** Patient with a busy machine; nothing happens in the background while a test looks. */
const limits = {
  renewEveryMs: 60_000,
  wishesEveryMs: 60_000,
  leaseMs: 60_000,
  commandTimeoutMs: 5_000,
  probeEveryMs: 20,
};

let server: RedisServer;
let store: HeldStore;
let leases: readonly RedisLeases[];
let one: Replica;
let other: Replica;

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  server.flush();
  store = new HeldStore();
  await openReplicas({});
  await one.run('acme', openAccount('acme'));
  await one.run('acme', deposit('d1', '1'));
});

afterEach(async () => {
  await Promise.all(leases.map((each) => each.close()));
});

async function openReplicas(ofOne: { readonly leaseMs?: number }): Promise<void> {
  leases = [ofOne, {}].map((own) => new RedisLeases({ url: server.url, limits: { ...limits, ...own } }));
  await until(() => leases.every((each) => each.state().mode === 'working'));
  const [first, second] = leases.map(
    (each) => new Replica(store, new HandClock(start), { soleWriter: false, leases: each }),
  );
  if (first === undefined || second === undefined) throw new RangeError('there are two replicas');
  [one, other] = [first, second];
}

function held(): number[] {
  return leases.map((each) => each.state().held);
}

type Trouble = readonly [name: string, comes: () => void | Promise<void>, goes: () => void | Promise<void>];

const troubles: readonly Trouble[] = [
  [
    'stands still',
    () => {
      server.pause();
    },
    () => {
      server.resume();
    },
  ],
  ['is killed', () => server.kill(), () => server.restart()],
  [
    'is emptied',
    () => {
      server.flush();
    },
    () => undefined,
  ],
];

/** Two freezes race for money that is enough for one; the first replica's append is let through last. */
async function raceWhile(during: () => Promise<void>): Promise<void> {
  const letThrough = store.hold();
  const appends = store.arrived;
  const late = one.run('acme', freeze('h1', '1'));
  await until(() => store.arrived > appends);
  await during();
  const early = other.run('acme', freeze('h2', '1'));
  await until(() => store.arrived > appends + 1);
  letThrough();
  expect([outcome(await late), outcome(await early)].sort()).toEqual(['done', 'insufficient_available_balance']);
  const { events } = await store.readStream(accountStream('acme'), 0, 10);
  expect(events.map(({ type }) => type).filter((type) => type === 'funds-frozen.v1')).toHaveLength(1);
}

describe('a lane with leases', () => {
  it('takes one for what may be written, and none for what is only read', async () => {
    expect(held()).toEqual([1, 0]);
    expect(leases.map((each) => each.holds('acme'))).toEqual([true, false]);
    await one.lanes.read('beta', () => undefined);
    await one.lanes.read('acme', () => undefined);
    await other.lanes.read('acme', () => undefined);
    expect(held()).toEqual([1, 0]);
    expect(outcome(await one.lanes.run('beta', asked({ kind: 'expire-due' })))).toBe('account_not_found');
    expect(held()).toEqual([2, 0]);
  });

  it('asks Redis once, however many batches follow', async () => {
    server.ask('CONFIG', 'RESETSTAT');
    for (let round = 0; round < 20; round += 1) await one.run('acme', deposit(`more-${String(round)}`, '1'));
    expect(server.ask('INFO', 'commandstats')).not.toContain('cmdstat_eval');
  });

  it('decides although another process holds the lease, and knows what that one wrote', async () => {
    expect(outcome(await other.run('acme', freeze('h1', '1')))).toBe('done');
    expect(outcome(await one.run('acme', freeze('h2', '1')))).toBe('insufficient_available_balance');
  });

  it('writes once when its lease is lost in mid-batch and another process has taken it', async () => {
    await raceWhile(async () => {
      server.flush();
      await leases[1]?.take('acme', 0);
      expect(held()).toEqual([1, 1]);
    });
  });

  it('writes once when it was stopped for longer than its lease lasts', async () => {
    await Promise.all(leases.map((each) => each.close()));
    server.flush();
    await openReplicas({ leaseMs: 50 });
    await raceWhile(async () => {
      await until(() => server.ask('EXISTS', 'holdfast:lease:acme') === '0');
      await leases[1]?.take('acme', 0);
      expect(leases[1]?.state().held).toBe(1);
    });
  });

  it.each(troubles)('goes on while Redis %s, and with leases once that is over', async (_, comes, goes) => {
    await comes();
    try {
      for (const accountId of ['acme', 'beta', 'gamma']) await one.run(accountId, openAccount(accountId));
      for (const accountId of ['beta', 'gamma']) {
        expect(outcome(await one.run(accountId, deposit('d1', '1')))).toBe('done');
        expect(outcome(await one.run(accountId, freeze('h1', '1')))).toBe('done');
      }
    } finally {
      await goes();
    }
    await until(() => leases.every((each) => each.state().mode === 'working'));
    expect(outcome(await other.run('delta', openAccount('delta')))).toBe('done');
    expect(leases[1]?.state().held).toBe(1);
  });
});
