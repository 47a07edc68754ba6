import { describe, expect, it } from '@jest/globals';
import { UsedIdTable } from './used-ids.ts';

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
