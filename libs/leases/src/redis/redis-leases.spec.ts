import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { RedisLeases, type RedisLeasesOptions } from '#leases';
import { leasesContract } from '../../../../test/contract/leases.contract.ts';
import { RedisServer } from '../../../../test/support/redis-server.ts';
import { describeWith, redis as redisServer } from '../../../../test/support/tools.ts';
import { until } from '../../../../test/support/until.ts';

const describe = describeWith(redisServer);

const leaseKey = 'holdfast:lease:acme';

/**
 * Quick for tests that wait for renewals, and patient with a busy machine: a lease does not run out, and Redis does not
 * count as away, because a process had to wait for its turn.
 */
const quick = {
  renewEveryMs: 20,
  wishesEveryMs: 20,
  leaseMs: 60_000,
  contendedMs: 60_000,
  probeEveryMs: 20,
  commandTimeoutMs: 20_000,
  silentMaxMs: 60_000,
};

let server: RedisServer;
const opened: RedisLeases[] = [];

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  server.flush();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((leases) => leases.close()));
});

function unconnected(limits: RedisLeasesOptions['limits'] = quick): RedisLeases {
  const leases = new RedisLeases({ url: server.url, limits });
  opened.push(leases);
  return leases;
}

async function connected(limits: RedisLeasesOptions['limits'] = quick): Promise<RedisLeases> {
  const leases = unconnected(limits);
  await until(() => leases.state().mode === 'working');
  return leases;
}

/** Whose lease it is, as Redis has it. */
function holder(): string {
  return server.ask('GET', leaseKey);
}

/** How often Redis has carried out commands since it was last started. */
function calls(...commands: readonly string[]): number {
  const stats = server.ask('INFO', 'commandstats');
  return commands
    .map((command) => Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}

/** One batch of a process after the other, until it has the lease. */
async function worksUntilItHolds(leases: RedisLeases): Promise<void> {
  await until(async () => {
    await leases.take('acme', 2);
    leases.done('acme');
    return leases.state().held === 1;
  });
}

leasesContract('leases in Redis', async () => {
  const leases = new RedisLeases({ url: server.url, limits: { commandTimeoutMs: quick.commandTimeoutMs } });
  await until(() => leases.state().mode === 'working');
  return leases;
});

describe('a lease in Redis', () => {
  it('is held by one process; others go on without it at once, and make no wish', async () => {
    const [one, other] = [await connected(), await connected()];
    await one.take('acme', 0);
    const token = holder();
    for (const tries of [0, 1, 0, 1]) await other.take('acme', tries);
    expect(other.state()).toMatchObject({ held: 0, wentWithout: 0 });
    expect(server.ask('KEYS', '*wish*')).toBe('');
    expect(holder()).toBe(token);
  });

  it('is waited for a short time on a contended account, and then gone on without', async () => {
    const [one, other] = [await connected(), await connected()];
    await one.take('acme', 0);
    const token = holder();
    await other.take('acme', 2);
    expect(other.state()).toMatchObject({ held: 0, wentWithout: 1 });
    expect(holder()).toBe(token);
  });

  it('goes to the one who waits for it, from a holder that does not use it', async () => {
    const [one, other] = [await connected(), await connected({ ...quick, waitMaxMs: 60_000 })];
    await one.take('acme', 0);
    one.done('acme');
    await other.take('acme', 2);
    expect(other.state()).toMatchObject({ held: 1, wentWithout: 0 });
    expect(one.state().held).toBe(0);
  });

  it('does not go to another in mid-batch, and goes there after it', async () => {
    const [one, other] = [await connected(), await connected({ ...quick, waitMaxMs: 60_000 })];
    server.ask('CONFIG', 'RESETSTAT');
    await one.take('acme', 0);
    const token = holder();
    const taking = other.take('acme', 2);
    await until(() => calls('sadd') > 0);
    const before = calls('smembers');
    await until(() => calls('smembers') > before + 2);
    expect(holder()).toBe(token);
    one.done('acme');
    await taking;
    expect(other.state().held).toBe(1);
    expect(holder()).not.toBe(token);
  });

  it('is kept for the one who wanted it, however fast its holder wants it back', async () => {
    const [one, other] = [await connected(), await connected({ ...quick, wishMs: 60_000 })];
    await one.take('acme', 0);
    await other.take('acme', 2);
    one.done('acme');
    await until(() => one.state().held === 0);
    await one.take('acme', 0);
    expect(one.state()).toMatchObject({ held: 0, wentWithout: 1 });
    await other.take('acme', 0);
    expect(other.state().held).toBe(1);
  });

  it('is kept while it is used and runs out when it is not', async () => {
    const one = await connected({ ...quick, leaseMs: 6_000 });
    await one.take('acme', 0);
    const renewals = calls('pexpire');
    await until(() => calls('pexpire') > renewals + 5);
    expect(server.ask('EXISTS', leaseKey)).toBe('1');
    one.done('acme');
    await until(() => server.ask('EXISTS', leaseKey) === '0');
    await until(() => one.state().held === 0);
  });

  it('is renewed together with all others, in one script', async () => {
    const one = await connected({ ...quick, wishesEveryMs: 60_000 });
    const accounts = Array.from({ length: 100 }, (_, index) => `account-${String(index)}`);
    for (const accountId of accounts) await one.take(accountId, 0);
    const before = calls('pexpire');
    await until(() => calls('pexpire') > before + 5 * accounts.length);
    server.ask('CONFIG', 'RESETSTAT');
    await until(() => calls('pexpire') > 0);
    // Asked for in one question, or another renewal could come between.
    expect(calls('pexpire', 'evalsha') % (accounts.length + 1)).toBe(0);
  });

  it('is not taken from its new holder by the old one', async () => {
    const [one, other] = [await connected({ ...quick, renewEveryMs: 60_000 }), await connected()];
    await one.take('acme', 0);
    // As if the old one had been stopped for longer than its lease lasts.
    server.flush();
    await other.take('acme', 0);
    const token = holder();
    await one.close();
    expect(holder()).toBe(token);
    expect(token).not.toBe('');
  });

  it('is neither held nor asked for beyond a named number; other accounts are worked on without', async () => {
    const one = await connected({ ...quick, heldMax: 1 });
    await one.take('acme', 0);
    expect(one.take('beta', 0)).toBeUndefined();
    expect(one.state().held).toBe(1);
    const other = await connected({ ...quick, askingMax: 1 });
    const asking = other.take('beta', 0);
    expect(other.take('gamma', 0)).toBeUndefined();
    await asking;
    await other.take('gamma', 0);
    expect(other.state().held).toBe(2);
  });
});

describe('when Redis is in trouble', () => {
  it('and is not there at the start, everything goes on at once until it comes', async () => {
    await server.kill();
    const one = unconnected();
    expect(one.take('acme', 0)).toBeUndefined();
    await until(() => one.state().trouble !== undefined);
    expect(one.take('acme', 0)).toBeUndefined();
    expect(one.state().mode).toBe('away');
    await server.restart();
    await worksUntilItHolds(one);
    expect(one.state().mode).toBe('working');
  });

  it('and stands still, one batch learns it and the next ones wait for nothing', async () => {
    const one = await connected({ ...quick, commandTimeoutMs: 100 });
    server.pause();
    try {
      await one.take('acme', 0);
      expect(one.state()).toMatchObject({ mode: 'away', held: 0, trouble: 'Error: Command timed out' });
      expect(['acme', 'beta', 'acme'].map((accountId) => one.take(accountId, 0))).toEqual(Array(3).fill(undefined));
    } finally {
      server.resume();
    }
    await until(() => one.state().mode === 'working');
    await worksUntilItHolds(one);
  });

  it('and stands still for longer than a connection may be silent, it is found again', async () => {
    const one = await connected({ ...quick, commandTimeoutMs: 100, silentMaxMs: 300 });
    server.pause();
    try {
      await one.take('acme', 0);
      await until(() => one.state().trouble?.includes('Socket timeout') === true);
    } finally {
      server.resume();
    }
    await worksUntilItHolds(one);
  });

  it('and is killed, nobody waits, and once it is back leases are taken again', async () => {
    const [one, other] = [await connected(), await connected()];
    await one.take('acme', 0);
    one.done('acme');
    await server.kill();
    await until(() => one.state().mode === 'away' && other.state().mode === 'away');
    expect(one.take('beta', 0)).toBeUndefined();
    expect(other.take('acme', 0)).toBeUndefined();
    await server.restart();
    await until(() => other.state().mode === 'working');
    await worksUntilItHolds(other);
  });

  it('and is emptied, the holder notices at its renewal and takes the lease again', async () => {
    const one = await connected();
    await one.take('acme', 0);
    one.done('acme');
    server.flush();
    await until(() => one.state().held === 0);
    await worksUntilItHolds(one);
    expect(holder()).not.toBe('');
  });

  it('and is full, every batch goes on without', async () => {
    const one = await connected();
    server.ask('CONFIG', 'SET', 'maxmemory', '1');
    try {
      await one.take('acme', 0);
      expect(one.state()).toMatchObject({ held: 0 });
      expect(one.state().trouble).toMatch(/OOM/);
    } finally {
      server.ask('CONFIG', 'SET', 'maxmemory', '0');
    }
    await until(() => one.state().mode === 'working');
    await worksUntilItHolds(one);
  });
});
