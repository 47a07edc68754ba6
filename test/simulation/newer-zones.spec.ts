import { describe, expect, it } from '@jest/globals';
import { BEGINNING } from '#application/ports';
import { type Command, PriceBookCatalog } from '#domain';
import { MemoryEventStore } from '#event-store';
import { runAudit } from '../../apps/auditor/src/index.ts';
import { start, testBooks } from '../support/account-driver.ts';
import { toLog } from '../support/chained-log.ts';
import { deposit, freeze, openAccount } from '../support/commands.ts';
import { Dice } from '../support/dice.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';
import { laterZones, testZones } from '../support/zones.ts';

const hourMs = 3_600_000;

/** Processes on one store, each of a machine with rules of its own; the clocks are moved from some hours ago or to come. */
function fleet(store: MemoryEventStore, clock: HandClock, dice: Dice): readonly Replica[] {
  const databases = ['2097a', '2098a', '2099a'].map((version) => {
    const byMs = dice.between(-12, 12) * hourMs;
    return laterZones(version, start + dice.between(-30, 60) * hourMs, byMs);
  });
  return [testZones, ...databases].map((zones) => new Replica(store, clock, { soleWriter: false, zones }));
}

describe('processes of machines that know different rules of a time zone', () => {
  it('work on the same accounts: nobody goes out of service, and an audit finds nothing', async () => {
    const dice = new Dice();
    let notes = 0;
    for (let round = 0; round < 30; round += 1) {
      const store = new MemoryEventStore();
      const clock = new HandClock(start);
      const replicas = fleet(store, clock, dice);
      const run = async (command: Command): Promise<void> => {
        const replica = replicas[dice.between(0, replicas.length - 1)];
        const answer = await replica?.run('acme', command, true);
        expect(answer === undefined ? '' : outcome(answer)).toBe('done');
      };
      await run(openAccount('acme'));
      await run(deposit('d0', '1000000'));
      for (let nth = 0; nth < 25; nth += 1) {
        clock.time += dice.between(0, 5 * hourMs);
        await run(freeze(`h${String(nth)}`));
      }
      expect(replicas.flatMap(({ quarantined, onTransientError }) => [...quarantined, ...onTransientError])).toEqual(
        [],
      );
      const { events } = await store.readAll(BEGINNING, 1_000);
      const noted = events.filter(({ type }) => type === 'zone-noted.v1').length;
      // Each database that is newer than all before it has its word once at most.
      expect(noted).toBeLessThanOrEqual(3);
      notes += noted;
      const { findings } = await runAudit(toLog(events), { priceBooks: new PriceBookCatalog(testBooks) });
      expect(findings).toEqual([]);
    }
    expect(notes).toBeGreaterThan(10);
  });
});
