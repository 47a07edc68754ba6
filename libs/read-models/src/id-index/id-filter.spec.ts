import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { inMemory, inTransaction, openWriter } from '../file/database.ts';
import { prepareTables } from '../file/read-models-file.ts';
import { FilterKeeper } from './filter-keeper.ts';
import { IdFilter } from './id-filter.ts';
import { storedFilter } from './stored-filter.ts';

const limits = { segmentIds: 2 ** 10, savedEveryIds: 100 };
const accounts = ['acme', 'beta', 'a', 'acme-2'];

function makeId(number: number): readonly [accountId: string, holdId: string] {
  return [accounts[number % accounts.length] ?? '', `call-${String(number)}`];
}

describe('the filter of hold ids', () => {
  it('knows every id that was added, and few of those that were not', () => {
    const filter = new IdFilter();
    filter.addSegment();
    for (let number = 0; number < 200_000; number += 1) filter.add(...makeId(number));
    let missed = 0;
    let mistaken = 0;
    for (let number = 0; number < 200_000; number += 1) {
      if (!filter.mayHave(...makeId(number))) missed += 1;
      if (filter.mayHave(...makeId(number + 1_000_000))) mistaken += 1;
    }
    expect(missed).toBe(0);
    expect(mistaken).toBeLessThan(1_000);
  });

  it('stays so when its segments are full, and in the next one', () => {
    const filter = new IdFilter(limits);
    for (let segment = 0; segment < 5; segment += 1) {
      filter.addSegment();
      for (let id = 0; id < limits.segmentIds; id += 1) filter.add(...makeId(segment * limits.segmentIds + id));
    }
    const known = Array.from({ length: 10_000 }, (_, number) => filter.mayHave(...makeId(number)));
    const total = 5 * limits.segmentIds;
    expect(known.slice(0, total).every((one) => one)).toBe(true);
    expect(known.slice(total).filter((one) => one).length).toBeLessThan((10_000 - total) * 0.05);
  });

  it('takes an account and a hold apart', () => {
    const filter = new IdFilter(limits);
    filter.addSegment();
    filter.add('ab', 'c');
    expect([filter.mayHave('ab', 'c'), filter.mayHave('a', 'bc'), filter.mayHave('abc', '')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

/** What the projector does with holds, as far as the filter goes. */
class Holds {
  readonly database: DatabaseSync = openWriter(inMemory);
  count = 0;

  constructor() {
    prepareTables(this.database);
    for (const accountId of accounts)
      this.database.prepare('INSERT INTO accounts (account_id) VALUES (?)').run(accountId);
  }

  open(keeper: FilterKeeper, ids: number, fails = false): void {
    const before = this.count;
    try {
      inTransaction(this.database, () => {
        for (let id = 0; id < ids; id += 1) this.#openOne(keeper);
        keeper.writeIfDue();
        if (fails) throw new Error('the disk is full');
      });
      keeper.committed();
    } catch {
      keeper.rolledBack();
      this.count = before;
    }
  }

  /** Of those that were opened. */
  missedBy(filter: IdFilter): number {
    return Array.from({ length: this.count }, (_, number) => filter.mayHave(...makeId(number))).filter((one) => !one)
      .length;
  }

  #openOne(keeper: FilterKeeper): void {
    const [accountId, holdId] = makeId(this.count);
    keeper.add(accountId, holdId);
    this.database
      .prepare(
        `INSERT INTO holds (account, hold_id, deadline, opening)
         VALUES ((SELECT number FROM accounts WHERE account_id = ?), ?, 0, '')`,
      )
      .run(accountId, holdId);
    this.count += 1;
  }
}

describe('a filter that is kept in the read model file', () => {
  it.each([0, 1, 99, 100, 101, 1_023, 1_024, 1_025, 2_500])('is there again after %d holds', (count) => {
    const holds = new Holds();
    const keeper = new FilterKeeper(holds.database, limits);
    for (let left = count; left > 0; left -= 50) holds.open(keeper, Math.min(50, left));
    const again = new FilterKeeper(holds.database, limits);
    expect(holds.missedBy(again.filter)).toBe(0);
    holds.open(again, 300);
    expect(holds.missedBy(new FilterKeeper(holds.database, limits).filter)).toBe(0);
  });

  it('misses nothing after transactions that were rolled back, wherever a segment ended', () => {
    const holds = new Holds();
    let keeper = new FilterKeeper(holds.database, limits);
    for (let round = 0; round < 60; round += 1) {
      holds.open(keeper, 1 + ((round * 37) % 150), round % 3 === 1);
      expect(holds.missedBy(keeper.filter)).toBe(0);
      if (round % 7 === 0) keeper = new FilterKeeper(holds.database, limits);
      expect(holds.missedBy(keeper.filter)).toBe(0);
    }
  });

  it.each([
    ['a bit that is gone', 'UPDATE filter_segments SET bits = zeroblob(length(bits)) WHERE segment = 1'],
    ['a segment that is gone', 'DELETE FROM filter_segments WHERE segment = 1'],
    ['the last segment gone', 'DELETE FROM filter_segments WHERE segment = (SELECT max(segment) FROM filter_segments)'],
    ['a segment in the place of another', 'UPDATE filter_segments SET bits = (SELECT bits FROM filter_segments) '],
    ['another number of ids', 'UPDATE filter_segments SET ids = 0'],
    ['a reach that is too far', 'UPDATE filter_reach SET last_hold = last_hold + 1'],
    ['no reach', 'DELETE FROM filter_reach'],
  ])('is rebuilt from the holds where it has %s', (_, damage) => {
    const holds = new Holds();
    const keeper = new FilterKeeper(holds.database, limits);
    for (let round = 0; round < 50; round += 1) holds.open(keeper, 50);
    expect(storedFilter(holds.database)?.segments.length).toBeGreaterThan(2);
    holds.database.exec(damage);
    expect(storedFilter(holds.database)).toBeUndefined();
    const again = new FilterKeeper(holds.database, limits);
    expect(holds.missedBy(again.filter)).toBe(0);
    holds.open(again, 300);
    expect(storedFilter(holds.database)?.lastHold).toBe(holds.count);
    expect(holds.missedBy(new FilterKeeper(holds.database, limits).filter)).toBe(0);
  });

  it('shares its segments with whoever is told of them', () => {
    const holds = new Holds();
    const keeper = new FilterKeeper(holds.database, limits);
    holds.open(keeper, 10);
    const elsewhere = new IdFilter(limits);
    keeper.onSegment((segment) => {
      elsewhere.addSegment(segment);
    });
    for (let round = 0; round < 50; round += 1) holds.open(keeper, 50);
    expect(holds.missedBy(elsewhere)).toBe(0);
  });
});
