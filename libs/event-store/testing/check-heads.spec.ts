import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application/ports';
import { SqliteEventStore } from '#event-store';
import { anEvent } from '../../../test/contract/event-store.contract.ts';
import { checkHeads, storeFindingsMax } from './check-heads.ts';
import { Scratch } from './scratch.ts';
import { workOnAppends } from './unpacked-log.ts';

const scratch = new Scratch();

/** Stream a: revisions 0 to 299 in appends of 100, so a mark at 299. Stream b: revisions 0 and 1. */
beforeEach(async () => {
  const store = await SqliteEventStore.open(scratch.file);
  const hundred = (from: number): ReturnType<typeof anEvent>[] =>
    Array.from({ length: 100 }, (_, index) => anEvent(`a${String(from + index)}`));
  await store.append('a', NO_STREAM, hundred(0));
  await store.append('b', NO_STREAM, [anEvent('b0')]);
  await store.append('a', 99, hundred(100));
  await store.append('a', 199, hundred(200));
  await store.append('b', 0, [anEvent('b1')]);
  await store.close();
});

afterEach(() => {
  scratch.clear();
});

/** What somebody who owns the file can do to it. */
function tamper(sql: string): void {
  const database = new DatabaseSync(scratch.file);
  workOnAppends(database, () => {
    database.exec(sql);
  });
  database.close();
}

describe('a check of the heads', () => {
  it('finds nothing in a store as it was written', () => {
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it.each([
    [
      'a head that is behind',
      'UPDATE heads SET revision = 0, position = 100 WHERE stream = 2',
      [['head-differs', 'b', 'revision 1 at position 301', 'revision 0 at position 100']],
    ],
    [
      'no head',
      'DELETE FROM heads WHERE stream = 1',
      [['head-differs', 'a', 'revision 299 at position 201', 'no head']],
    ],
    [
      'a head of no stream',
      'INSERT INTO heads VALUES (9, 4, 17)',
      [['head-differs', 'number 9', 'no head', 'revision 4 at position 17']],
    ],
    ['no mark', 'DELETE FROM marks', [['mark-differs', 'a', 'a mark of revision 299 at position 201', 'no mark']]],
    [
      'a mark of another place',
      'UPDATE marks SET position = 101',
      [
        ['mark-differs', 'a', 'a mark of revision 299 at position 201', 'one at position 101'],
        ['mark-differs', 'a', 'no such mark', 'revision 299 at position 101'],
      ],
    ],
    [
      'a mark of no append',
      'INSERT INTO marks VALUES (2, 511, 7)',
      [['mark-differs', 'b', 'no such mark', 'revision 511 at position 7']],
    ],
    [
      'an append taken out',
      'DELETE FROM appends WHERE position = 101',
      [
        ['position-gap', 'a', 'position 101', 'position 201'],
        ['revision-gap', 'a', 'revision 100 at position 201', 'revision 200'],
        ['link-differs', 'a', 'a link from position 201 to 0', 'one to 101'],
      ],
    ],
    [
      'the last append cut off',
      'DELETE FROM appends WHERE position = 301',
      [['head-differs', 'b', 'revision 0 at position 100', 'revision 1 at position 301']],
    ],
    [
      'a link that leads elsewhere',
      'UPDATE appends SET previous = 101 WHERE position = 301',
      [['link-differs', 'b', 'a link from position 301 to 100', 'one to 101']],
    ],
    ['a name taken away', 'DELETE FROM streams WHERE id = 2', [['name-missing', 'number 2', 'a name', 'none']]],
  ])('finds %s', (_, sql, findings) => {
    tamper(sql);
    expect(
      checkHeads(scratch.file).map(({ kind, stream, expected, found }) => [kind, stream, expected, found]),
    ).toEqual(findings);
  });

  it('ends after many findings', () => {
    tamper(`WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO heads SELECT i, 0, 0 FROM n`);
    expect(checkHeads(scratch.file)).toHaveLength(storeFindingsMax);
  });

  it('can be made while the store is written', async () => {
    const store = await SqliteEventStore.open(scratch.file);
    for (let round = 0; round < 20; round += 1) {
      const appends = Array.from({ length: 20 }, (_, n) =>
        store.append(`c${String(n)}`, round - 1, [anEvent(`c${String(n)}-${String(round)}`)]),
      );
      expect(checkHeads(scratch.file)).toEqual([]);
      await Promise.all(appends);
    }
    await store.close();
    expect(checkHeads(scratch.file)).toEqual([]);
  });
});
