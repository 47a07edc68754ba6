import { beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#operations';

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
    expect(clock.unsure()).toBeUndefined();
  });

  it.each([
    ['ahead', hourMs, 'the wall clock was set ahead by 3600.0 s'],
    ['ahead', 5_001, 'the wall clock was set ahead by 5.0 s'],
    ['back', -hourMs, 'the wall clock was set back by 3600.0 s'],
    ['back', -5_001, 'the wall clock was set back by 5.0 s'],
  ])('is unsure when it is set %s by %d ms, until it is set back', (_, stepMs, reason) => {
    pass(10);
    wall += stepMs;
    expect(clock.unsure()).toBe(reason);
    pass(24 * hourMs);
    expect(clock.unsure()).toBe(reason);
    wall -= stepMs;
    expect(clock.unsure()).toBeUndefined();
    expect(clock.now()).toBe(startedAt + 10 + 24 * hourMs);
  });

  it('believes steps of at most 5 s in all', () => {
    wall += 5_000;
    expect(clock.unsure()).toBeUndefined();
    wall -= 10_000;
    expect(clock.unsure()).toBeUndefined();
    wall -= 1;
    expect(clock.unsure()).toBeDefined();
  });

  it('takes it that the two clocks drift apart a little', () => {
    for (let hour = 0; hour < 24; hour += 1) {
      pass(hourMs);
      wall += 200;
      expect(clock.unsure()).toBeUndefined();
      expect(clock.now()).toBe(wall);
    }
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
    const looks = [startedAt, startedAt + 10];
    const stepping = new SystemClock({ wall: () => looks.shift() ?? startedAt + hourMs, monotonic: () => 0 });
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
    expect(own.unsure()).toBeUndefined();
    expect(own.now()).toBeGreaterThanOrEqual(before);
  });

  it.each([
    [5_001, 'the wall clock is 5.0 s ahead of that of Redis'],
    [-hourMs, 'the wall clock is 3600.0 s behind that of Redis'],
  ])('is unsure while it is %d ms from a clock that it shares with others', (aheadMs, reason) => {
    clock.refer('Redis', aheadMs);
    clock.refer('the event store', -5_000);
    expect(clock.unsure()).toBe(reason);
    expect(clock.apartMs).toBe(Math.abs(aheadMs));
    clock.refer('Redis', 5_000);
    expect(clock.unsure()).toBeUndefined();
  });
});
