import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { accountStream } from '#ledger';
import { Sweeper, Views, type AccountRow, type Progress } from '#operations';
import type { DuePage } from '#operations/ports';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { HandClock, Replica } from '../support/replica.ts';
import { until } from '../support/until.ts';

/** Lists that know only which accounts are due, or fail. */
class DueAccounts extends Views {
  due: readonly string[] = [];
  fault: Error | undefined;
  asked = 0;

  override progress(): Progress {
    throw new TypeError('not asked for');
  }

  override accounts(): readonly AccountRow[] {
    return [];
  }

  override holds(): readonly [] {
    return [];
  }

  override dueAccounts(_now: number, limit: number): readonly string[] {
    this.asked += 1;
    if (this.fault !== undefined) throw this.fault;
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
let views: DueAccounts;
let sweeper: Sweeper;

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true });
  views = new DueAccounts();
  sweeper = new Sweeper(views, replica.lanes, clock);
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '1'));
  await replica.run('acme', freeze('h1', '1', 60));
  clock.time += 60_000;
});

async function openHolds(): Promise<number> {
  const { events } = await store.readStream(accountStream('acme'), 0, 10);
  return 1 - events.filter(({ type }) => type === 'hold-expired.v1').length;
}

describe('the sweeper', () => {
  it('goes on when the lists cannot be read for a while', async () => {
    views.due = ['acme'];
    views.fault = new Error('disk I/O error');
    sweeper.start(1);
    await until(() => views.asked >= 2);
    await nextTurn();
    views.fault = undefined;
    await until(async () => (await openHolds()) === 0);
    await sweeper.stop();
  });

  it('reaches an account behind as many as one round wakes that are out of service', async () => {
    const broken = Array.from({ length: 500 }, (_, n) => `broken-${String(n)}`);
    const poison = { id: 'x', type: 'funds-stolen.v1', data: '{}', metadata: '{}', hash: 'x' };
    for (const accountId of broken) await store.append(accountStream(accountId), -1, [poison]);
    views.due = [...broken, 'acme'];
    expect(await sweeper.sweep()).toBe(500);
    expect(replica.quarantined).toHaveLength(500);
    expect(await sweeper.sweep()).toBe(1);
    expect(await openHolds()).toBe(0);
  });
});
