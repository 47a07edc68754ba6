import { beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#application';
import { start } from '../support/account-driver.ts';

/** Both clocks of a machine: time passes for both, and anybody may set the wall clock. */
class Machine {
  wall = start;
  monotonic = 1_000;

  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

let machine: Machine;
let clock: SystemClock;

beforeEach(() => {
  machine = new Machine();
  clock = new SystemClock({ wall: () => machine.wall, monotonic: () => machine.monotonic });
});

describe('a process’s clock', () => {
  it('is believed as long as wall and monotonic clock run together, for however long', () => {
    machine.pass(400 * 86_400_000);
    expect([clock.untrusted(), clock.now()]).toEqual([undefined, start + 400 * 86_400_000]);
  });

  it.each([
    [5_000, undefined],
    [5_001, 'the wall clock was set ahead by 5.0 s'],
    [3_600_000, 'the wall clock was set ahead by 3600.0 s'],
    [-5_000, undefined],
    [-5_001, 'the wall clock was set back by 5.0 s'],
  ])('that is set by %i ms says: %s', (step, doubt) => {
    machine.pass(60_000);
    machine.wall += step;
    expect(clock.untrusted()).toBe(doubt);
  });

  it('never falls, and is not lifted by a time that it does not believe', () => {
    machine.pass(10_000);
    expect(clock.now()).toBe(start + 10_000);
    machine.wall -= 4_000;
    expect(clock.now()).toBe(start + 10_000);
    machine.wall += 3_600_000;
    expect(clock.now()).toBe(start + 10_000);
    machine.wall -= 3_600_000;
    machine.pass(5_000);
    expect([clock.untrusted(), clock.now()]).toEqual([undefined, start + 11_000]);
  });
});
