import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type AsOf, BalanceAsOf } from '#application';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, settle } from '../support/commands.ts';
import { HeldStore } from '../support/held-store.ts';
import { HandClock, Replica } from '../support/replica.ts';

let store: HeldStore;
let clock: HandClock;
let replica: Replica;
let balances: BalanceAsOf;

/** Opened and funded with 10 at the start; a hold of 4 for 60 s a second later, another of 1 for 600 s at 2 s. */
beforeEach(async () => {
  store = new HeldStore();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true, limits: { snapshotEveryEvents: 2 } });
  balances = new BalanceAsOf(replica.lanes, store, replica.snapshots, clock);
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '10'));
  clock.time = start + 1_000;
  await replica.run('acme', freeze('h1', '4', 60));
  clock.time = start + 2_000;
  await replica.run('acme', freeze('h2', '1', 600));
});

/** `available frozen settled`, the open holds, and the moment that was answered. */
function formatAnswer(answer: AsOf | undefined): string {
  if (answer === undefined) return 'nothing';
  const { available, frozen, settled } = answer.balance;
  const holds = answer.holds.map(({ opening }) => opening.holdId).join(' ');
  return `${available} ${frozen} ${settled} [${holds}] at ${String(answer.asOf - start)}`;
}

async function at(afterStart: number): Promise<string> {
  return formatAnswer(await balances.at('acme', { at: start + afterStart }));
}

async function after(revision: number): Promise<string> {
  return formatAnswer(await balances.at('acme', { revision }));
}

describe('the balance as of a time', () => {
  it('is that of every event up to it, that instant included', async () => {
    clock.time = start + 3_000;
    expect([await at(0), await at(999), await at(1_000), await at(1_999), await at(2_000)]).toEqual([
      '10 0 0 [] at 0',
      '10 0 0 [] at 999',
      '6 4 0 [h1] at 1000',
      '6 4 0 [h1] at 1999',
      '5 5 0 [h1 h2] at 2000',
    ]);
  });

  it('has let happen what was due by then, whenever that was written, or although it is not yet', async () => {
    clock.time = start + 100_000;
    const unwritten = [await at(60_999), await at(61_000), await at(99_999)];
    expect(unwritten).toEqual(['5 5 0 [h1 h2] at 60999', '9 1 0 [h2] at 61000', '9 1 0 [h2] at 99999']);
    await replica.run('acme', { kind: 'expire-due' });
    expect([await at(60_999), await at(61_000), await at(99_999)]).toEqual(unwritten);
  });

  it('counts a late settle when it is recorded, not when the verification completed', async () => {
    clock.time = start + 100_000;
    await replica.run('acme', settle('h1', start + 30_000));
    clock.time += 1;
    expect([await at(60_999), await at(99_999), await at(100_000)]).toEqual([
      '5 5 0 [h1 h2] at 60999',
      '9 1 0 [h2] at 99999',
      '5 1 4 [h2] at 100000',
    ]);
  });

  it('is the same from whatever snapshot it is computed', async () => {
    clock.time = start + 100_000;
    const before = await at(2_000);
    for (let call = 0; call < 20; call += 1) await replica.run('acme', deposit(`d${String(call + 1)}`, '1'));
    await replica.index.catchUp();
    expect(replica.snapshots.count).toBeGreaterThan(3);
    clock.time += 1;
    expect([await at(2_000), await at(100_000)]).toEqual([before, '29 1 0 [h2] at 100000']);
  });

  it('counts what was decided before and is still on its way to the store: an answer once given stays', async () => {
    clock.time = start + 3_000;
    const letThrough = store.hold();
    const frozen = replica.run('acme', freeze('h3', '2'));
    await nextTurn();
    clock.time = start + 5_000;
    const first = at(4_000);
    await nextTurn();
    letThrough();
    await frozen;
    expect([await first, await at(4_000)]).toEqual(Array(2).fill('3 7 0 [h1 h2 h3] at 4000'));
  });

  it('stays what it was told, although the clock is set back after it', async () => {
    clock.time = start + 5_000;
    const first = await at(4_000);
    clock.time = start + 3_000;
    await replica.run('acme', freeze('h3', '2'));
    clock.time = start + 5_000;
    expect(await at(4_000)).toBe(first);
  });

  it('is nothing before the opening, and of an account that never was', async () => {
    expect(await at(-1)).toBe('nothing');
    expect(await balances.at('nobody', { at: start })).toBeUndefined();
  });

  it.each([1, 0, 3_600_000])('%i ms later than now is answered as of now, and says so', async (later) => {
    clock.time = start + 61_000;
    expect(await at(61_000 + later)).toBe('9 1 0 [h2] at 61000');
  });
});

describe('the balance as of a revision', () => {
  it('is that after the event, with nothing due let happen', async () => {
    clock.time = start + 100_000;
    expect([await after(0), await after(1), await after(2), await after(3), await after(4)]).toEqual([
      '0 0 0 [] at 0',
      '10 0 0 [] at 0',
      '6 4 0 [h1] at 1000',
      '5 5 0 [h1 h2] at 2000',
      'nothing',
    ]);
  });
});
