import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Leases } from '#application/ports';
import { accountStream, decodeEvent, fold, formatMoney } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';

/** What the leases of every engine must keep: they may hold a batch up a little, and nothing else. */
export function leasesContract(name: string, open: () => Promise<Leases>): void {
  describe(name, () => {
    let one: Leases;
    let other: Leases;

    beforeEach(async () => {
      one = await open();
      other = await open();
    });

    afterEach(async () => {
      await one.close();
      await other.close();
    });

    it('lets every batch go on, whoever else is at work on the account', async () => {
      for (const leases of [one, other, one, other]) {
        expect(await leases.take('acme', 0)).toBeUndefined();
      }
      one.done('acme');
      other.done('acme');
    });

    it('asks nobody for a lease that is held from the batch before', async () => {
      for (const accountId of ['acme', 'beta']) {
        await one.take(accountId, 0);
        one.done(accountId);
        expect(one.take(accountId, 0)).toBeUndefined();
      }
    });

    it('bears the end of a batch that has no lease', () => {
      one.done('nobody');
      expect(one.state().held).toBe(0);
    });

    it('holds nothing once it is closed, and keeps nobody waiting', async () => {
      await one.take('acme', 0);
      await one.close();
      expect(one.take('acme', 0)).toBeUndefined();
      expect(one.take('beta', 0)).toBeUndefined();
      one.done('acme');
      await one.close();
      expect([one.state().held, one.holds('acme')]).toEqual([0, false]);
      await other.take('acme', 0);
      expect(other.state().wentWithout).toBe(0);
    });

    it('leaves it to the store who may write', async () => {
      const store = new MemoryEventStore();
      const limits = { conflictTriesMax: 1_000 };
      const replicas = [one, other].map(
        (leases) => new Replica(store, new HandClock(start), { soleWriter: false, limits, leases }),
      );
      await replicas[0]?.run('acme', openAccount('acme'));
      await replicas[1]?.run('acme', deposit('d1', '10'));
      const rounds = Array.from({ length: 15 }, (_, round) => `h${String(round)}`);
      // Each request is one of its own, even if it asks for the same: it has another correlation id.
      const answers = rounds.flatMap((holdId) =>
        replicas.map(({ lanes }, index) =>
          lanes.run('acme', { ...asked(freeze(holdId)), correlationId: `request ${String(index)} ${holdId}` }),
        ),
      );
      const outcomes = (await Promise.all(answers)).map(outcome);
      const counted = (wanted: string): number => outcomes.filter((found) => found === wanted).length;
      expect(counted('done')).toBe(10);
      expect(counted('done') + counted('again') + counted('insufficient_available_balance')).toBe(30);
      const { events } = await store.readStream(accountStream('acme'), 0, 100);
      const state = fold(events.map(({ type, data }) => decodeEvent(type, data)));
      expect(formatMoney(state.summary.balance.frozen)).toBe('10');
    });
  });
}
