import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';

let store: MemoryEventStore;
let clock: HandClock;
let replica: Replica;

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true, limits: { sweepMax: 3 } });
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '100'));
});

describe('a store that takes nothing, as when the disk is full,', () => {
  it.each(['store-unavailable', 'store-broken'] as const)(
    'turns a command away although more is due than one append may sweep: %s',
    async (fault) => {
      for (const holdId of ['h1', 'h2', 'h3', 'h4']) await replica.run('acme', freeze(holdId, '1', 60));
      clock.time += 60_000;
      let appends = 0;
      store.faultOf = () => {
        appends += 1;
        // A lane that goes on for ever would never end the test either.
        return appends > 20 ? undefined : fault;
      };
      expect(outcome(await replica.run('acme', deposit('d1', '1')))).toBe('store_unavailable');
      expect(appends).toBe(1);
      store.faultOf = () => undefined;
      expect(outcome(await replica.run('acme', deposit('d1', '1')))).toBe('done');
    },
  );
});
