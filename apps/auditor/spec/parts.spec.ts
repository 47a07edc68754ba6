import { describe, expect, it } from '@jest/globals';
import { timeOf } from '../src/texts.ts';
import { UsedIdTable } from '../src/used-ids.ts';

describe('the table of used ids', () => {
  it('knows each of many ids once, also after it has grown', () => {
    const table = new UsedIdTable();
    const ids = Array.from({ length: 150_000 }, (_, index) => `hold h${String(index)}`);
    expect(ids.every((id) => table.use('account-acme', id))).toBe(true);
    expect(ids.some((id) => table.use('account-acme', id))).toBe(false);
    expect(table.has('account-beta', 'hold h1')).toBe(false);
    expect(table.has('account-acme', 'hold h1')).toBe(true);
  });

  it('finds every second use in exactly one of its parts', () => {
    const parts = [0, 1, 2].map((part) => new UsedIdTable(part, 3));
    for (let index = 0; index < 300; index += 1) {
      const key = `deposit ${String(index)}`;
      for (const table of parts) table.use('account-acme', key);
      expect(parts.filter((table) => !table.use('account-acme', key))).toHaveLength(1);
      expect(parts.map((table) => table.has('account-acme', key)).filter((known) => known !== undefined)).toEqual([
        true,
      ]);
    }
  });

  it('needs one pass for five million events, and more for more', () => {
    expect([0, 5_000_000, 20_000_000].map((events) => UsedIdTable.passesFor(events))).toEqual([1, 1, 3]);
  });
});

describe('texts', () => {
  it.each([
    ['2026-01-29T04:00:00Z', Date.UTC(2026, 0, 29, 4)],
    ['2026-01-29t12:00:00.123456+08:00', Date.UTC(2026, 0, 29, 4, 0, 0, 123)],
    ['2026-01-29', undefined],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-01-29T24:00:00Z', undefined],
    ['2026-01-29T04:00:00', undefined],
  ])('read the time %s', (time, at) => {
    expect(timeOf(time)).toBe(at);
  });
});
