import { beforeEach, describe, expect, it } from '@jest/globals';
import { Contention } from './contention.ts';
import { laneLimits } from '../limits.ts';

const limits = { ...laneLimits, contendedMs: 60_000, makeRoomMaxMs: 4, conflictPauseMs: 1, conflictPauseMaxMs: 2 };

let contention: Contention;

beforeEach(() => {
  contention = new Contention(limits);
});

/** In so many batches that random pauses of nothing do not matter. */
async function pausesOf(batches: number, tries: number, before: () => void): Promise<number> {
  let pauses = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    before();
    const pausing = contention.pauseBefore(tries);
    if (pausing !== undefined) pauses += 1;
    await pausing;
  }
  return pauses;
}

describe('a lane', () => {
  it('goes on at once as long as nobody else has written', async () => {
    const won = (): void => {
      contention.won(false);
    };
    expect(await pausesOf(20, 0, won)).toBe(0);
  });

  it('leaves room after its batch once another process has written first', async () => {
    contention.lost();
    const won = (): void => {
      contention.won(false);
    };
    expect(await pausesOf(20, 0, won)).toBeGreaterThan(0);
  });

  it('leaves no room while it holds the lease', async () => {
    contention.lost();
    const won = (): void => {
      contention.won(true);
    };
    expect(await pausesOf(20, 0, won)).toBe(0);
  });

  it('tries again after a pause, however often it was in vain', async () => {
    for (const tries of [1, 2, 3, 50]) expect(await pausesOf(5, tries, contention.lost.bind(contention))).toBe(5);
  });

  it('leaves no room any more when the contention is over', async () => {
    contention = new Contention({ ...limits, contendedMs: 0 });
    contention.lost();
    const won = (): void => {
      contention.won(false);
    };
    expect(await pausesOf(20, 0, won)).toBe(0);
  });
});
