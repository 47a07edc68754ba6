import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assertFileFormats, OtherFormats, SqliteEventStore } from '#event-store';
import { Scratch } from '../testing/scratch.ts';

const scratch = new Scratch();

afterEach(() => {
  scratch.clear();
});

/** The locks that processes have on a file, as Linux lists them; nothing on other systems. */
function readLocks(file: string): readonly string[] {
  if (!existsSync('/proc/locks')) return [];
  const inode = `:${String(statSync(file).ino)} `;
  const lines = readFileSync('/proc/locks', 'utf8').split('\n');
  return lines.filter((line) => line.includes(inode)).map((line) => line.replace(/^\d+: /, ''));
}

describe('a look at the formats of a file', () => {
  it('lets go of no lock of the process that has it open', async () => {
    const store = await SqliteEventStore.open(scratch.file);
    const before = readLocks(scratch.file);
    assertFileFormats(scratch.file);
    const after = readLocks(scratch.file);
    await store.close();
    expect(after).toEqual(before);
  });

  it.each(['', 'no database', 'SQLite format 3\0'])('does not judge what is no database: %j', (content) => {
    writeFileSync(scratch.file, content);
    expect(() => {
      assertFileFormats(scratch.file);
    }).not.toThrow(OtherFormats);
  });
});
