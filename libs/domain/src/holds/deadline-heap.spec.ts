import { describe, expect, it } from '@jest/globals';
import { type OpenHold, parseMoney } from '#domain';
import fc from '../../../../test/support/fast-check.ts';
import { DeadlineHeap } from './deadline-heap.ts';

/** Ended holds that the queue keeps beyond the number of open ones before it forgets them. */
const slack = 64;

function hold(order: number, expiresAt: number, attempts = 0): OpenHold {
  const opening = {
    at: 0,
    holdId: `h${String(order)}`,
    amount: '1',
    maxLateCharge: '1',
    product: null,
    quantity: null,
    expiresAt,
    budget: null,
    metadata: null,
    pricing: null,
    packs: null,
  };
  return { opening, amount: parseMoney('1'), order, attempts };
}

/** A queue and the openings of the holds that are open. */
class Due {
  readonly open = new Set<OpenHold['opening']>();
  /** How often the queue has asked whether a hold is open: what its rebuilds cost. */
  asked = 0;
  readonly queue = new DeadlineHeap((one) => {
    this.asked += 1;
    return this.open.has(one.opening);
  });

  add(one: OpenHold): void {
    this.open.add(one.opening);
    this.queue.push(one);
  }

  end(one: OpenHold): void {
    this.open.delete(one.opening);
    this.queue.compact(this.open.size);
  }

  /** As an ending that is taken back. */
  reopen(one: OpenHold): void {
    this.add(one);
  }

  /** Ends all that is open, nearest deadline first. */
  drain(): string[] {
    const names: string[] = [];
    for (let next = this.queue.peek(); next !== undefined; next = this.queue.peek()) {
      names.push(next.opening.holdId);
      this.end(next);
    }
    return names;
  }
}

describe('the queue of what is due', () => {
  it('forgets ended holds as soon as they outnumber the open ones by more than a few', () => {
    const due = new Due();
    const holds = Array.from({ length: 1_000 }, (_, order) => hold(order, 1_000 - order));
    for (const one of holds) due.add(one);
    for (const [index, one] of holds.entries()) {
      if (index % 10 !== 0) due.end(one);
      expect(due.queue.size).toBeLessThanOrEqual(2 * due.open.size + slack);
    }
    expect(due.open.size).toBe(100);
    expect(due.drain()).toEqual(Array.from({ length: 100 }, (_, index) => `h${String(990 - 10 * index)}`));
    expect(due.queue.size).toBe(0);
  });

  it('leaves a few ended holds where they are: ending one costs nothing', () => {
    const due = new Due();
    const holds = Array.from({ length: slack }, (_, order) => hold(order, order));
    for (const one of holds) due.add(one);
    for (const one of holds) due.end(one);
    expect(due.queue.size).toBe(slack);
    expect(due.queue.peek()).toBeUndefined();
    expect(due.queue.size).toBe(0);
  });

  it('keeps one entry of each hold whose ending was taken back, so that it is not rebuilt at every ending', () => {
    const due = new Due();
    const holds = Array.from({ length: 200 }, (_, order) => hold(order, order));
    for (const one of holds) due.add(one);
    for (let attempts = 0; attempts < 5; attempts += 1) {
      // As a linked group of which another member is refused.
      for (const one of holds) {
        due.end(one);
        expect(due.queue.size).toBeLessThanOrEqual(2 * due.open.size + slack);
        // A failed call leaves another copy of a hold, with the same opening.
        due.reopen({ ...one, attempts });
      }
    }
    expect(due.asked).toBeLessThan(10 * 200 * 5);
    expect(due.drain()).toEqual(holds.map(({ opening }) => opening.holdId));
  });

  it('names the nearest deadline, then the earliest opening, whatever was ended, taken back and forgotten before', () => {
    const steps = fc.array(fc.record({ deadline: fc.nat(20), end: fc.nat(), times: fc.nat(6), back: fc.boolean() }), {
      minLength: 100,
      maxLength: 400,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (scenario) => {
        const due = new Due();
        const holds: OpenHold[] = [];
        for (const [order, { deadline, end, times, back }] of scenario.entries()) {
          const one = hold(order, deadline);
          holds.push(one);
          due.add(one);
          for (let time = 0; time < times; time += 1) {
            const ending = holds[(end + time) % holds.length];
            if (ending === undefined || !due.open.has(ending.opening)) continue;
            due.end(ending);
            if (back) due.reopen(ending);
          }
        }
        const expected = holds
          .filter(({ opening }) => due.open.has(opening))
          .sort((left, right) => left.opening.expiresAt - right.opening.expiresAt || left.order - right.order);
        expect(due.drain()).toEqual(expected.map(({ opening }) => opening.holdId));
      }),
      { numRuns: 200 },
    );
  });
});
