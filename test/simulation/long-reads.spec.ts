import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { BalanceAsOf, LongReads } from '#application';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';

/** A piece of work that ends when it is told to. */
function work(): { readonly read: () => Promise<string>; readonly end: () => void; readonly begun: () => boolean } {
  let [begun, end] = [false, (): void => undefined];
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const read = async (): Promise<string> => {
    begun = true;
    await ended;
    return 'read';
  };
  return {
    read,
    end: () => {
      end();
    },
    begun: () => begun,
  };
}

describe('long reads', () => {
  it('are few at once; the others have their turns after them', async () => {
    const turns = new LongReads({ atOnceMax: 2, waitingMax: 9, waitingOfAccountMax: 9 });
    const works = [work(), work(), work(), work()];
    const reads = works.map(({ read }) => turns.run('acme', undefined, read));
    await nextTurn();
    expect(works.map(({ begun }) => begun())).toEqual([true, true, false, false]);
    works[1]?.end();
    await nextTurn();
    expect(works.map(({ begun }) => begun())).toEqual([true, true, true, false]);
    for (const { end } of works) end();
    expect(await Promise.all(reads)).toEqual(['read', 'read', 'read', 'read']);
  });

  it('wait in no great number, and of one account in a smaller one', async () => {
    const turns = new LongReads({ atOnceMax: 1, waitingMax: 3, waitingOfAccountMax: 2 });
    const [first] = [work()];
    const read = (accountId: string) => turns.run(accountId, undefined, () => Promise.resolve(accountId));
    const reads = [turns.run('a', undefined, first.read), read('a'), read('a'), read('a'), read('b'), read('c')];
    first.end();
    const results = await Promise.allSettled(reads);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(results[3]).toMatchObject({ reason: { code: 'overloaded' } });
    expect(await read('c')).toBe('c');
  });

  it('that nobody waits for any more do not begin, and end between two pages', async () => {
    const store = new MemoryEventStore();
    const clock = new HandClock(start);
    const replica = new Replica(store, clock, { soleWriter: true, limits: { snapshotEveryEvents: 1_000_000 } });
    await replica.run('acme', openAccount('acme'));
    await Promise.all(Array.from({ length: 3_000 }, (_, n) => replica.run('acme', deposit(`d${String(n)}`, '1'))));
    const balances = new BalanceAsOf(replica.lanes, store, replica.snapshots, clock);
    const client = { destroyed: false };
    let pages = 0;
    const readStream = store.readStream.bind(store);
    store.readStream = (...of) => {
      pages += 1;
      client.destroyed ||= pages === 2;
      return readStream(...of);
    };
    await expect(balances.at('acme', { revision: 3_000 }, client)).rejects.toThrow();
    await expect(balances.at('acme', { revision: 3_000 }, client)).rejects.toThrow();
    expect(pages).toBe(2);
    expect((await balances.at('acme', { revision: 3_000 }))?.balance.available).toBe('3000');
  });
});

describe('a read of an account of which much is due', () => {
  it('leaves others their turns meanwhile, sees all of it happened, and writes nothing', async () => {
    const store = new MemoryEventStore();
    const clock = new HandClock(start);
    const replica = new Replica(store, clock, { soleWriter: true, limits: { sweepMax: 50 } });
    await replica.run('acme', openAccount('acme'));
    await replica.run('acme', deposit('d0', '1000'));
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => replica.run('acme', freeze(`h${String(n)}`, '1', 60))));
    clock.time += 60_000;
    const { appends } = store;
    let turns = 0;
    const others = { wanted: true };
    const working = (async () => {
      for (; others.wanted; turns += 1) await nextTurn();
    })();
    const seen = replica.lanes.read('acme', ({ state }) => state.openHolds.size);
    await nextTurn();
    // A command that comes meanwhile is decided after the read, in its turn.
    const frozen = replica.run('acme', freeze('last', '1000'));
    expect(await seen).toBe(0);
    expect(turns).toBeGreaterThanOrEqual(20);
    expect(store.appends).toBe(appends);
    expect(outcome(await frozen)).toBe('done');
    others.wanted = false;
    await working;
  });
});
