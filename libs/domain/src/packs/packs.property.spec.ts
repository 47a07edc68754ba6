import { describe, expect, it } from '@jest/globals';
import { AccountAudit, fold, PriceBookCatalog, writeSnapshot } from '#domain';
import { type AccountDriver, testBooks } from '../../../../test/support/account-driver.ts';
import fc from '../../../../test/support/fast-check.ts';
import { packSteps } from '../../../../test/support/pack-steps.ts';
import { PacksSideBySide } from '../../../../test/support/packs-side-by-side.ts';

describe('for every scenario of an account with packs', () => {
  it('units and money are where a naive model has them, and what was paid is recognised to the last digit', () => {
    fc.assert(
      fc.property(packSteps, (steps) => {
        const scenario = new PacksSideBySide();
        for (const next of steps) {
          scenario.run(next);
          scenario.compare();
        }
        scenario.end();
        expectSound(scenario.account);
      }),
      { numRuns: 400 },
    );
  });
});

/** An audit of its own finds nothing, and a replay from the beginning gives the same state. */
function expectSound({ events, state }: AccountDriver): void {
  const used = new Set<string>();
  const ids = { use: (key: string) => used.size < used.add(key).size, has: (key: string) => used.has(key) };
  const audit = new AccountAudit('acme', ids, new PriceBookCatalog(testBooks));
  for (const [revision, event] of events.entries()) expect(audit.follow(event, revision)).toEqual([]);
  expect(audit.finish()).toEqual([]);
  expect(writeSnapshot(fold(events))).toBe(writeSnapshot(state));
}
