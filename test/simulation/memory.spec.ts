import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import type { LaneLimits } from '#operations';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, release } from '../support/commands.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';

let store: MemoryEventStore;
let clock: HandClock;

function bounded(limits: Partial<LaneLimits>): Replica {
  return new Replica(store, clock, { soleWriter: true, limits });
}

/** Opens an account with as many open holds of 1. */
async function holding(replica: Replica, accountId: string, holds: number): Promise<void> {
  await replica.run(accountId, openAccount(accountId));
  await replica.run(accountId, deposit('d0', '1000'));
  await Promise.all(Array.from({ length: holds }, (_, n) => replica.run(accountId, freeze(`h${String(n)}`))));
}

beforeEach(() => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
});

describe('what a process keeps in memory', () => {
  it('is no account of which nothing but turned away entries came', async () => {
    const replica = bounded({ waitingMax: 0 });
    for (let n = 0; n < 10; n += 1) {
      const accountId = `a${String(n)}`;
      expect(outcome(await replica.run(accountId, openAccount(accountId)))).toBe('overloaded');
    }
    expect(replica.lanes.accountsInMemory).toBe(0);
  });

  it('is so many accounts, the least recently used forgotten first', async () => {
    const replica = bounded({ accountsInMemoryMax: 3 });
    for (let n = 0; n < 10; n += 1) await replica.run(`a${String(n)}`, openAccount(`a${String(n)}`));
    expect(replica.lanes.accountsInMemory).toBe(3);
    expect(outcome(await replica.run('a0', openAccount('a0')))).toBe('again');
  });

  it('is so many open holds, of whatever accounts, but at least the account at work', async () => {
    const replica = bounded({ openHoldsInMemoryMax: 25 });
    await holding(replica, 'a', 10);
    await holding(replica, 'b', 10);
    expect(replica.lanes.accountsInMemory).toBe(2);
    await holding(replica, 'c', 10);
    expect(replica.lanes.accountsInMemory).toBe(2);
    await holding(replica, 'd', 40);
    expect(replica.lanes.accountsInMemory).toBe(1);
    expect(outcome(await replica.run('a', freeze('h3')))).toBe('again');
  });

  it('counts holds that ended no longer', async () => {
    const replica = bounded({ openHoldsInMemoryMax: 25 });
    for (const accountId of ['a', 'b', 'c', 'd']) {
      await holding(replica, accountId, 10);
      await Promise.all(Array.from({ length: 10 }, (_, n) => replica.run(accountId, release(`h${String(n)}`))));
    }
    expect(replica.lanes.accountsInMemory).toBe(4);
  });
});
