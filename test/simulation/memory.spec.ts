import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BalanceAsOf, type LaneLimits, memoryLimits } from '#application';
import { holdFacts, metadataKeptMax, restoreState, writeSnapshot } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, release, settle } from '../support/commands.ts';
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

const kib = 1_024;

/** A freeze with as much metadata as a caller may choose, or as little as is told. */
function large(holdId: string, ttlSeconds: number | null = null, characters = 10_000): ReturnType<typeof freeze> {
  const texts = Array.from({ length: 20 }, (_, n) => [`k${String(n)}`, holdId.padEnd(characters / 20, '.')]);
  return { ...freeze(holdId, '1', ttlSeconds), metadata: Object.fromEntries(texts) as Record<string, string> };
}

async function funded(replica: Replica, accountId: string): Promise<void> {
  await replica.run(accountId, openAccount(accountId));
  await replica.run(accountId, deposit('d0', '1000000'));
}

describe('what callers choose to be large', () => {
  it('is in memory only until the id index has it, however many holds are open', async () => {
    const replica = bounded({});
    await funded(replica, 'a');
    for (let n = 0; n < 200; n += 1) await replica.run('a', large(`h${String(n)}`));
    await replica.index.catchUp();
    const kept = await replica.lanes.read('a', ({ state }) => {
      return JSON.stringify([...state.openHolds.values()].map(({ opening }) => opening)).length + state.recentIds.size;
    });
    expect(kept).toBeLessThan(200 * kib);
    expect(replica.lanes.stateBytes).toBeLessThan(200 * 2 * kib);
  });

  it('is in every answer all the same, before and after', async () => {
    const replica = bounded({ snapshotEveryEvents: 1 });
    await funded(replica, 'a');
    const first = await replica.run('a', large('h1'));
    const { metadata } = large('h1');
    const balances = new BalanceAsOf(replica.lanes, store, replica.snapshots, clock);
    const revision = { revision: 2 };
    expect((await balances.at('a', revision))?.holds).toMatchObject([{ opening: { metadata } }]);
    await replica.index.catchUp();
    const restarted = bounded({});
    await restarted.index.catchUp();
    for (const one of [replica, restarted]) {
      const again = await one.run('a', large('h1'));
      expect(again).toEqual({ ...first, created: true, replayed: true, holdNow: 'open' });
      const asOf = new BalanceAsOf(one.lanes, store, one.snapshots, clock);
      expect((await asOf.at('a', revision))?.holds).toMatchObject([{ opening: { metadata } }]);
      expect((await asOf.at('a', { at: Infinity }))?.holds).toMatchObject([{ opening: { metadata } }]);
      expect(outcome(await one.run('a', { ...large('h1'), metadata: { k0: 'other' } }))).toBe('idempotency_conflict');
    }
    // Ended, while the index does not know that yet.
    const settled = await replica.run('a', settle('h1'));
    expect(settled).toMatchObject({ kind: 'done', body: expect.stringContaining(JSON.stringify(metadata)) });
    expect(await replica.run('a', settle('h1'))).toMatchObject({ kind: 'done', replayed: true });
    expect((await balances.at('a', revision))?.holds).toMatchObject([{ opening: { metadata } }]);
  });

  it('is in no snapshot: it is found in the id index, which has passed it', async () => {
    const replica = bounded({});
    await funded(replica, 'a');
    await replica.run('a', large('h1'));
    await replica.run('a', large('h2', null, metadataKeptMax - 100));
    await replica.index.catchUp();
    const text = await replica.lanes.read('a', ({ state }) => writeSnapshot(state));
    expect(text.length).toBeLessThan(4 * kib);
    const restored = restoreState(text);
    const { index } = replica;
    const known = {
      hold: () => undefined,
      request: () => undefined,
      metadata: (holdId: string) => index.hold('a', holdId)?.opening.metadata,
    };
    for (const [holdId, command] of [
      ['h1', large('h1')],
      ['h2', large('h2', null, metadataKeptMax - 100)],
    ] as const) {
      const facts = restored === undefined ? undefined : holdFacts(restored, known, holdId);
      expect(facts?.opening.metadata).toEqual(command.metadata);
    }
  });

  it('cannot wait in any number either: an account has half of what there is, and others go on', async () => {
    const replica = bounded({ waitingBytesMax: 512 * kib });
    await funded(replica, 'a');
    await funded(replica, 'b');
    const flood = Array.from({ length: 100 }, (_, n) => replica.run('a', large(`h${String(n)}`)));
    const beside = replica.run('b', freeze('h1'));
    const outcomes = (await Promise.all(flood)).map(outcome);
    expect(outcomes.filter((one) => one === 'done').length).toBe(11);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'overloaded']));
    expect(outcome(await beside)).toBe('done');
    expect(outcome(await replica.run('a', large('h100')))).toBe('done');
  });

  it('cannot be ahead of the id index by any amount: an account waits for it alone', async () => {
    const replica = bounded({ indexLagCharactersMax: 200 * kib });
    await funded(replica, 'a');
    await funded(replica, 'b');
    await replica.index.catchUp();
    const outcomes: string[] = [];
    for (let n = 0; n < 20; n += 1) outcomes.push(outcome(await replica.run('a', large(`h${String(n)}`))));
    expect(outcomes.filter((one) => one === 'done').length).toBe(10);
    expect(outcome(await replica.run('b', freeze('h1')))).toBe('done');
    await replica.index.catchUp();
    expect(outcome(await replica.run('a', large('h19')))).toBe('done');
  });
});

describe('the open holds of an account', () => {
  it('take so many bytes at most: a freeze beyond is refused, and everything else goes on', async () => {
    const replica = bounded({ openHoldBytesMax: 20 * kib });
    await funded(replica, 'a');
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => replica.run('a', freeze(`h${String(n)}`))));
    expect(answers.map(outcome).filter((one) => one === 'done')).toHaveLength(20);
    expect(answers.at(-1)).toMatchObject({ code: 'too_many_open_holds', facts: { limitBytes: 20 * kib } });
    expect(outcome(await replica.run('a', freeze('h3')))).toBe('again');
    expect(outcome(await replica.run('a', settle('h3')))).toBe('done');
    expect(outcome(await replica.run('a', freeze('h30')))).toBe('done');
  });

  it('of an older log may be more: the account is read, settles and expires, and opens no other hold till then', async () => {
    const before = bounded({});
    await funded(before, 'a');
    for (let n = 0; n < 40; n += 1) await before.run('a', large(`h${String(n)}`, 60));
    const replica = bounded({ openHoldBytesMax: 20 * kib, stateBytesMax: 10 * kib });
    await replica.index.catchUp();
    expect(outcome(await replica.run('a', settle('h1')))).toBe('done');
    expect(outcome(await replica.run('a', freeze('more')))).toBe('too_many_open_holds');
    clock.time += 60_000;
    expect(outcome(await replica.run('a', freeze('more')))).toBe('done');
    expect(await replica.lanes.read('a', ({ state }) => state.openHolds.size)).toBe(1);
  });
});

describe('the states of all accounts together', () => {
  it('take so many bytes at most: the idle ones are forgotten, and read again when they are asked for', async () => {
    const replica = bounded({ stateBytesMax: 100 * kib });
    for (let n = 0; n < 20; n += 1) await holding(replica, `a${String(n)}`, 10);
    expect(replica.lanes.stateBytes).toBeLessThan(120 * kib);
    expect(outcome(await replica.run('a0', freeze('h3')))).toBe('again');
  });

  it('let no other account in while those at work take all of it', async () => {
    const replica = bounded({ stateBytesMax: 20 * kib });
    await holding(replica, 'a', 15);
    await holding(replica, 'b', 1);
    const answers = await Promise.all([
      ...Array.from({ length: 1_500 }, (_, n) => replica.run('a', freeze(`more${String(n)}`))),
      replica.run('b', freeze('h9')),
    ]);
    expect(answers.slice(0, -1).map(outcome)).toContain('overloaded');
    expect(replica.lanes.stateBytes).toBeLessThan(40 * kib);
    // Nobody is at work any more.
    await nextTurn();
    expect(outcome(await replica.run('b', freeze('h10')))).toBe('done');
  });

  it('follow from the memory that there is', () => {
    const small = memoryLimits(256 * kib * kib);
    const parts = [small.stateBytesMax, small.waitingBytesMax, 2 * small.indexLagCharactersMax];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual((256 * kib * kib * 2) / 3);
    expect(memoryLimits(2_048 * kib * kib).stateBytesMax).toBe(8 * small.stateBytesMax);
  });
});
