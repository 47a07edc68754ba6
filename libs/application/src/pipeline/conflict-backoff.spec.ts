import { beforeEach, describe, expect, it } from '@jest/globals';
import { laneLimits } from '../limits.ts';
import { ConflictBackoff } from './conflict-backoff.ts';

const limits = { ...laneLimits, contendedMs: 60_000, makeRoomMaxMs: 60_000, conflictPauseMs: 1, conflictPauseMaxMs: 2 };

let backoff: ConflictBackoff;

beforeEach(() => {
  backoff = new ConflictBackoff(limits);
});

/** After how many of so many batches there is a pause: enough for random pauses of nothing not to matter. */
function countPauses(batches: number, before: () => void): number {
  let pauses = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    before();
    if (backoff.pauseMs() > 0) pauses += 1;
  }
  return pauses;
}

function won(): void {
  backoff.won(false);
}

describe('a lane', () => {
  it('goes on at once as long as nobody else has written', () => {
    expect(countPauses(20, won)).toBe(0);
  });

  it('leaves room after its batch once another process has written first', () => {
    backoff.lost(1);
    expect(countPauses(20, won)).toBeGreaterThan(0);
  });

  it('leaves no room while it holds the lease', () => {
    backoff.lost(1);
    const wonWithLease = (): void => {
      backoff.won(true);
    };
    expect(countPauses(20, wonWithLease)).toBe(0);
  });

  it('tries a second time at once, and after a pause from then on, however often it was in vain', () => {
    const lost = (tries: number) => () => {
      backoff = new ConflictBackoff({ ...limits, conflictPauseMs: 60_000, conflictPauseMaxMs: 60_000 });
      backoff.lost(tries);
    };
    expect(countPauses(5, lost(1))).toBe(0);
    for (const tries of [2, 3, 50]) expect(countPauses(5, lost(tries))).toBe(5);
  });

  it('leaves no room any more when the backoff is over', () => {
    backoff = new ConflictBackoff({ ...limits, contendedMs: 0 });
    backoff.lost(1);
    expect(countPauses(20, won)).toBe(0);
  });
});
