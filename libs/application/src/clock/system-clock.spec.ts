import { beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#application';
import fc from '../../../../test/support/fast-check.ts';

const startedAt = Date.UTC(2026, 0, 5);
const hourMs = 3_600_000;

let wall: number;
let monotonic: number;
let clock: SystemClock;

beforeEach(() => {
  wall = startedAt;
  monotonic = 1_000;
  clock = new SystemClock({ wall: () => wall, monotonic: () => monotonic });
});

/** Time goes by for both clocks. */
function pass(ms: number): void {
  wall += ms;
  monotonic += ms;
}

describe('the system clock', () => {
  it('reads the wall clock in whole milliseconds, and is sure of it', () => {
    expect(clock.now()).toBe(startedAt);
    pass(1_500.75);
    expect(clock.now()).toBe(startedAt + 1_500);
    pass(24 * hourMs);
    expect(clock.untrusted()).toBeUndefined();
  });

  it.each([
    ['ahead', hourMs, 'the wall clock was set ahead by 3600.0 s'],
    ['ahead', 5_001, 'the wall clock was set ahead by 5.0 s'],
    ['back', -hourMs, 'the wall clock was set back by 3600.0 s'],
    ['back', -5_001, 'the wall clock was set back by 5.0 s'],
  ])('is untrusted when it is set %s by %d ms, until it is set back', (_, stepMs, reason) => {
    pass(10);
    wall += stepMs;
    expect(clock.untrusted()).toBe(reason);
    pass(24 * hourMs);
    expect(clock.untrusted()).toBe(reason);
    wall -= stepMs;
    expect(clock.untrusted()).toBeUndefined();
    expect(clock.now()).toBe(startedAt + 10 + 24 * hourMs);
  });

  it('believes steps of at most 5 s in all, as long as no time goes by', () => {
    wall += 5_000;
    expect(clock.untrusted()).toBeUndefined();
    wall -= 10_000;
    expect(clock.untrusted()).toBeUndefined();
    wall -= 1;
    expect(clock.untrusted()).toBeDefined();
  });

  it('takes it that the two clocks drift apart a little', () => {
    for (let hour = 0; hour < 24; hour += 1) {
      pass(hourMs);
      wall += 200;
      expect(clock.untrusted()).toBeUndefined();
      expect(clock.now()).toBe(wall);
    }
  });

  it.each([
    ['a second ahead every day', 1_000, 24 * hourMs],
    ['a second back every day', -1_000, 24 * hourMs],
    ['five seconds ahead every hour', 5_000, hourMs],
    ['five seconds back every hour', -5_000, hourMs],
  ])('is sure of a clock that is set %s for a year', (_, stepMs, everyMs) => {
    for (let passed = 0; passed < 365 * 24 * hourMs; passed += everyMs) {
      pass(everyMs);
      wall += stepMs;
      expect(clock.untrusted()).toBeUndefined();
    }
  });

  it('judges each step by itself: one of more than 5 s is not believed, whatever small ones came before', () => {
    for (let day = 0; day < 7; day += 1) {
      pass(24 * hourMs);
      wall += 1_000;
      clock.now();
    }
    wall += 5_001;
    expect(clock.untrusted()).toBe('the wall clock was set ahead by 5.0 s');
    wall -= 5_001;
    expect(clock.untrusted()).toBeUndefined();
  });

  it.each([
    ['four seconds every second', 4_000, 1_000],
    ['four seconds back every second', -4_000, 1_000],
    ['a second every minute', 1_000, 60_000],
    ['a millisecond every 100 ms', 1, 100],
  ])('does not let itself be led away by %s', (_, stepMs, everyMs) => {
    let steps = 0;
    for (; clock.untrusted() === undefined; steps += 1) {
      pass(everyMs);
      wall += stepMs;
    }
    const away = Math.abs(stepMs) * steps;
    expect(away).toBeLessThanOrEqual(5_000 + Math.abs(stepMs) + (5_000 * steps * everyMs) / hourMs);
    pass(24 * hourMs);
    expect(clock.untrusted()).toBeDefined();
    wall -= stepMs * steps;
    expect(clock.untrusted()).toBeUndefined();
  });

  const settings = fc.array(
    fc.record({ afterMs: fc.nat(2 * hourMs), stepMs: fc.integer({ min: -7_000, max: 7_000 }) }),
    { maxLength: 40 },
  );

  it('is never further from the truth, unnoticed, than 5 s and 5 s more for each hour, however it is set', () => {
    fc.assert(
      fc.property(settings, (steps) => {
        let [truth, away] = [0, 0];
        const set = new SystemClock({ wall: () => startedAt + truth + away, monotonic: () => truth });
        for (const { afterMs, stepMs } of steps) {
          truth += afterMs;
          away += stepMs;
          const farthest = 5_000 + (truth / hourMs) * 5_000 + 1e-6;
          if (set.untrusted() === undefined) expect(Math.abs(away)).toBeLessThanOrEqual(farthest);
        }
      }),
    );
  });

  it('is sure of every clock that is set by less than 5 s, and by less than 5 s for each hour gone by', () => {
    fc.assert(
      fc.property(settings, (steps) => {
        let [truth, away] = [0, 0];
        const set = new SystemClock({ wall: () => startedAt + truth + away, monotonic: () => truth });
        for (const { afterMs, stepMs } of steps) {
          const most = Math.min(1, afterMs / hourMs) * 4_999;
          truth += afterMs;
          away += Math.max(-most, Math.min(most, stepMs));
          expect(set.untrusted()).toBeUndefined();
        }
      }),
    );
  });

  it('never falls, by however little it is set back', () => {
    pass(4_000);
    const before = clock.now();
    wall -= 3_000;
    expect(clock.now()).toBe(before);
    pass(2_999);
    expect(clock.now()).toBe(before);
    pass(2);
    expect(clock.now()).toBe(before + 1);
  });

  it('does not let a clock that is a day ahead raise the floor under later readings', () => {
    pass(10);
    clock.now();
    wall += 24 * hourMs;
    expect(clock.now()).toBe(startedAt + 10);
    pass(50);
    expect(clock.now()).toBe(startedAt + 10);
    wall -= 24 * hourMs;
    expect(clock.now()).toBe(startedAt + 60);
  });

  it('does not believe a step between two looks of one reading', () => {
    const readings = [startedAt, startedAt + 10];
    const stepping = new SystemClock({ wall: () => readings.shift() ?? startedAt + hourMs, monotonic: () => 0 });
    expect(stepping.now()).toBe(startedAt + 10);
    expect(stepping.now()).toBe(startedAt + 10);
  });

  it('reads the time of its start if it was set before anybody asked', () => {
    wall += hourMs;
    expect(clock.now()).toBe(startedAt);
  });

  it('reads the machine’s own clocks by itself', () => {
    const own = new SystemClock();
    const before = Date.now();
    expect(own.untrusted()).toBeUndefined();
    expect(own.now()).toBeGreaterThanOrEqual(before);
  });

  it.each([
    [5_001, 'the wall clock is 5.0 s ahead of that of Redis'],
    [-hourMs, 'the wall clock is 3600.0 s behind that of Redis'],
  ])('is untrusted while it is %d ms from a clock that it shares with others', (aheadMs, reason) => {
    clock.refer('Redis', aheadMs);
    clock.refer('the event store', -5_000);
    expect(clock.untrusted()).toBe(reason);
    expect(clock.apartMs).toBe(Math.abs(aheadMs));
    clock.refer('Redis', 5_000);
    expect(clock.untrusted()).toBeUndefined();
  });
});
