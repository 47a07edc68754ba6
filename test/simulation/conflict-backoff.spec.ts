import { describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { Dice } from '../support/dice.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';
import { StoreLink } from '../support/store-link.ts';

/*
 * Several processes on one account as fast as they can, and no lease: an append or a reading takes one to two ms.
 */

const noFailures = { answerLost: 0, late: 0, lost: 0, turnedAway: 0 };
const clientsPerProcess = 8;
const freezesPerClient = 25;

/** Of 1 000 commands, how many may be told that the account is too busy; and how many conflicts an append may cost. */
const busyPerMilleMax = 10;
const conflictsPerAppendMax = 4;

interface Busy {
  readonly outcomes: readonly string[];
  readonly appends: number;
  readonly conflicts: number;
}

/** @param at which process the n-th freeze of a client of a process goes to. */
async function hammer(processes: number, at: (own: number, nth: number) => number): Promise<Busy> {
  const store = new MemoryEventStore();
  const links = Array.from({ length: processes }, () => new StoreLink(store, new Dice(), noFailures));
  const clock = new HandClock(start);
  const replicas = links.map((link) => new Replica(link, clock, { soleWriter: processes === 1 }));
  await replicas[0]?.run('acme', openAccount('acme'));
  await replicas[0]?.run('acme', deposit('d0', '1000000'));
  const outcomes: string[] = [];
  const client = async (own: number, name: number): Promise<void> => {
    for (let nth = 0; nth < freezesPerClient; nth += 1) {
      const holdId = `h-${String(own)}-${String(name)}-${String(nth)}`;
      const answer = await replicas[at(own, nth) % processes]?.lanes.run('acme', asked(freeze(holdId)));
      if (answer !== undefined) outcomes.push(outcome(answer));
    }
  };
  const clients = Array.from({ length: processes * clientsPerProcess }, (_, index) =>
    client(index % processes, Math.trunc(index / processes)),
  );
  await Promise.all(clients);
  return { outcomes, appends: store.appends, conflicts: links.reduce((sum, link) => sum + link.conflicts, 0) };
}

describe('three processes on one account without leases', () => {
  it.each<readonly [string, (own: number, nth: number) => number]>([
    ['each with clients of its own', (own) => own],
    ['asked in turn', (own, nth) => own + nth],
  ])('leave practically nobody without an answer: %s', async (_, at) => {
    const { outcomes, appends, conflicts } = await hammer(3, at);
    const busy = outcomes.filter((one) => one === 'account_busy').length;
    expect(new Set(outcomes.filter((one) => one !== 'account_busy'))).toEqual(new Set(['done']));
    expect(outcomes).toHaveLength(3 * clientsPerProcess * freezesPerClient);
    expect((busy * 1_000) / outcomes.length).toBeLessThanOrEqual(busyPerMilleMax);
    expect(conflicts / appends).toBeLessThan(conflictsPerAppendMax);
  });
});

describe('a process that is alone', () => {
  it('meets no conflict', async () => {
    const { outcomes, conflicts } = await hammer(1, () => 0);
    expect(new Set(outcomes)).toEqual(new Set(['done']));
    expect(conflicts).toBe(0);
  });
});
