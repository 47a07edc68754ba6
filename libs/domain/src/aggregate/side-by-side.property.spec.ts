import { describe, expect, it } from '@jest/globals';
import { scenarios } from '../../../../test/support/account-scenarios.ts';
import fc from '../../../../test/support/fast-check.ts';
import { SideBySide } from '../../../../test/support/side-by-side.ts';

describe('the domain model beside a naive model that shares no code with it', () => {
  it('gives the same answers, balances and hold statuses after every step of any scenario', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const both = new SideBySide(scenario);
        for (const step of scenario.steps) {
          const seen = both.take(step);
          if (seen !== undefined) expect(seen.domain).toEqual(seen.model);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
