import { beforeEach, describe, expect, it } from '@jest/globals';
import { laneLimits } from '../limits.ts';
import { ConflictBackoff } from './conflict-backoff.ts';

const limits = { ...laneLimits, contendedMs: 60_000, makeRoomMaxMs: 4, conflictPauseMs: 1, conflictPauseMaxMs: 2 };

let backoff: ConflictBackoff;

beforeEach(() => {
  backoff = new ConflictBackoff(limits);
});

/** In so many batches that random pauses of nothing do not matter. */
async function pausesOf(batches: number, tries: number, before: () => void): Promise<number> {
  let pauses = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    before();
    const pausing = backoff.pauseBefore(tries);
    if (pausing !== undefined) pauses += 1;
    await pausing;
  }
  return pauses;
}

describe('a lane', () => {
  it('goes on at once as long as nobody else has written', async () => {
    const won = (): void => {
      backoff.won(false);
    };
    expect(await pausesOf(20, 0, won)).toBe(0);
  });

  it('leaves room after its batch once another process has written first', async () => {
    backoff.lost();
    const won = (): void => {
      backoff.won(false);
    };
    expect(await pausesOf(20, 0, won)).toBeGreaterThan(0);
  });

  it('leaves no room while it holds the lease', async () => {
    backoff.lost();
    const won = (): void => {
      backoff.won(true);
    };
    expect(await pausesOf(20, 0, won)).toBe(0);
  });

  it('tries again after a pause, however often it was in vain', async () => {
    for (const tries of [1, 2, 3, 50]) expect(await pausesOf(5, tries, backoff.lost.bind(backoff))).toBe(5);
  });

  it('leaves no room any more when the backoff is over', async () => {
    backoff = new ConflictBackoff({ ...limits, contendedMs: 0 });
    backoff.lost();
    const won = (): void => {
      backoff.won(false);
    };
    expect(await pausesOf(20, 0, won)).toBe(0);
  });
});
