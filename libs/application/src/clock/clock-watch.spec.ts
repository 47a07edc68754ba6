import { describe, expect, it } from '@jest/globals';
import { ClockWatch, measureAhead, SystemClock, TimeReference } from '#application';

const noon = Date.UTC(2026, 0, 5, 12);

/** A clock elsewhere, as far from ours as the test says. Each question takes a while. */
class OtherClock extends TimeReference {
  override readonly name = 'the other';
  offsetMs: number | undefined = 0;
  answerMs = 10;
  passed = 0;

  override time(): Promise<number | undefined> {
    this.passed += this.answerMs;
    return Promise.resolve(
      this.offsetMs === undefined ? undefined : noon + this.passed - this.answerMs / 2 + this.offsetMs,
    );
  }
}

function watched(): { readonly other: OtherClock; readonly clock: SystemClock; readonly watch: ClockWatch } {
  const other = new OtherClock();
  const clock = new SystemClock({ wall: () => noon + other.passed, monotonic: () => other.passed });
  return { other, clock, watch: new ClockWatch(clock, other) };
}

describe('a clock that is compared with another', () => {
  it('is believed while the other says about the same', async () => {
    const { other, clock, watch } = watched();
    for (const offsetMs of [0, 5_000, -5_000]) {
      other.offsetMs = offsetMs;
      await watch.compare();
      expect(clock.untrusted()).toBeUndefined();
    }
  });

  it.each([
    [5_010, '5.0 s behind that of the other'],
    [-5_010, '5.0 s ahead of that of the other'],
  ])('is not believed when the other is %d ms off', async (offsetMs, reason) => {
    const { other, clock, watch } = watched();
    other.offsetMs = offsetMs;
    await watch.compare();
    expect(clock.untrusted()).toBe(`the wall clock is ${reason}`);
  });

  it('stays as it was found while the other cannot be asked, or takes too long to answer', async () => {
    const { other, clock, watch } = watched();
    other.offsetMs = -10_000;
    await watch.compare();
    other.offsetMs = undefined;
    await watch.compare();
    expect(clock.untrusted()).toBeDefined();
    Object.assign(other, { offsetMs: 0, answerMs: 1_001 });
    await watch.compare();
    expect(clock.untrusted()).toBeDefined();
    other.answerMs = 10;
    await watch.compare();
    expect(clock.untrusted()).toBeUndefined();
  });
});

describe('how far a clock is ahead', () => {
  it.each([
    ['it lies between two readings', 150, 100, 200, 1, 0],
    ['it lies before both', 90, 100, 200, 1, 10],
    ['it lies behind both', 207, 100, 200, 1, -7],
    ['it was cut off to whole seconds', 1_000, 1_999, 1_999, 1_000, 0],
    ['it was cut off and still lies before', 1_000, 2_000, 2_010, 1_000, 1],
  ])('of another whose time it is: %s', (_, time, earlier, later, resolutionMs, ahead) => {
    expect(measureAhead(time, earlier, later, resolutionMs)).toBe(ahead);
  });
});
