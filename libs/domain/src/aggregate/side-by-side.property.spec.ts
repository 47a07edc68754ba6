import { describe, expect, it } from '@jest/globals';
import { stories } from '../../../../test/support/account-stories.ts';
import fc from '../../../../test/support/fast-check.ts';
import { SideBySide } from '../../../../test/support/side-by-side.ts';

describe('the domain model beside a naive model that shares no code with it', () => {
  it('gives the same answers, balances and hold statuses after every step of any story', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const both = new SideBySide(story);
        for (const step of story.steps) {
          const seen = both.take(step);
          if (seen !== undefined) expect(seen.domain).toEqual(seen.model);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
