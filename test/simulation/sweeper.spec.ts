import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type AccountRow, type Progress, ReadModels, Sweeper, sweptAtOnceMax } from '#application';
import type { DueAccount, DuePage } from '#application/ports';
import { accountStream } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { HandClock, Replica } from '../support/replica.ts';
import { until } from '../support/until.ts';

/** Lists that know only which accounts are due, or fail. */
class DueAccounts extends ReadModels {
  due: readonly DueAccount[] = [];
  error: Error | undefined;
  asked = 0;

  override progress(): Progress {
    throw new TypeError('not asked for');
  }

  override accounts(): readonly AccountRow[] {
    return [];
  }

  override usesPriceBook(): boolean {
    return false;
  }

  override orders(): readonly [] {
    return [];
  }

  override holds(): readonly [] {
    return [];
  }

  override warnings(): never[] {
    return [];
  }

  override dueAccounts(_now: number, limit: number): readonly DueAccount[] {
    this.asked += 1;
    if (this.error !== undefined) throw this.error;
    return this.due.slice(0, limit);
  }

  override dueSeconds(): DuePage {
    return { seconds: [], next: null };
  }

  override oldestDue(): undefined {
    return undefined;
  }
}

let store: MemoryEventStore;
let clock: HandClock;
let replica: Replica;
let readModels: DueAccounts;
let sweeper: Sweeper;

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true });
  readModels = new DueAccounts();
  sweeper = new Sweeper(readModels, replica.commands, replica.lanes, clock);
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '1'));
  await replica.run('acme', freeze('h1', '1', 60));
  clock.time += 60_000;
});

function dueOnes(...accountIds: readonly string[]): readonly DueAccount[] {
  return accountIds.map((accountId) => ({ accountId, deadline: start + 60_000 }));
}

async function openHolds(): Promise<number> {
  const { events } = await store.readStream(accountStream('acme'), 0, 10);
  return 1 - events.filter(({ type }) => type === 'hold-expired.v1').length;
}

describe('the sweeper', () => {
  it('goes on when the lists cannot be read for a while', async () => {
    readModels.due = dueOnes('acme');
    readModels.error = new Error('disk I/O error');
    sweeper.start(1);
    await until(() => readModels.asked >= 2);
    await nextTurn();
    readModels.error = undefined;
    await until(async () => (await openHolds()) === 0);
    await sweeper.stop();
  });

  it('reaches an account behind as many as one round wakes that are out of service', async () => {
    const broken = Array.from({ length: 500 }, (_, n) => `broken-${String(n)}`);
    const poison = { id: 'x', type: 'funds-stolen.v1', data: '{}', metadata: '{}', hash: 'x' };
    for (const accountId of broken) await store.append(accountStream(accountId), -1, [poison]);
    readModels.due = dueOnes(...broken, 'acme');
    expect(await sweeper.sweep()).toBe(0);
    expect(replica.quarantined).toHaveLength(500);
    expect(await sweeper.sweep()).toBe(1);
    expect(await openHolds()).toBe(0);
  });

  it('does not wake an account again of whose expiries the lists do not know yet, unless more has fallen due', async () => {
    await replica.run('acme', deposit('d1', '1'));
    await replica.run('acme', freeze('h2', '1', 60));
    readModels.due = dueOnes('acme');
    expect(await sweeper.sweep()).toBe(1);
    expect(await sweeper.sweep()).toBe(0);
    clock.time += 60_000;
    readModels.due = [{ accountId: 'acme', deadline: clock.time }];
    expect(await sweeper.sweep()).toBe(1);
    const { openHolds: left } = await replica.lanes.read('acme', ({ state }) => ({ openHolds: state.openHolds.size }));
    expect(left).toBe(0);
  });

  it('wakes an account again that could not be worked on', async () => {
    readModels.due = dueOnes('acme');
    store.failAppend = () => 'store-unavailable';
    expect(await sweeper.sweep()).toBe(0);
    store.failAppend = () => undefined;
    expect(await sweeper.sweep()).toBe(1);
    expect(await openHolds()).toBe(0);
  });

  it('goes on at once while there is more to do, but not for accounts that cannot be swept', async () => {
    const many = Array.from({ length: 1_100 }, (_, n) => `many-${String(n)}`);
    for (const accountId of many) await replica.run(accountId, openAccount(accountId));
    readModels.due = dueOnes(...many, 'acme');
    expect([await sweeper.sweep(), await sweeper.sweep(), await sweeper.sweep()]).toEqual([500, 500, 101]);
    expect(await openHolds()).toBe(0);
    readModels.due = dueOnes(...many.map((accountId) => `unknown-${accountId}`));
    expect(await sweeper.sweep()).toBe(0);
  });

  it('stops with the accounts that it has begun with, however many are overdue', async () => {
    const many = Array.from({ length: 20 }, (_, n) => `many-${String(n)}`);
    for (const accountId of many) await replica.run(accountId, openAccount(accountId));
    readModels.due = dueOnes(...many);
    const round = sweeper.sweep();
    await sweeper.stop();
    expect(await round).toBe(sweptAtOnceMax);
  });
});
