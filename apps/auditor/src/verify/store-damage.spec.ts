import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { priceBooks } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { type Ledger, smallLedger } from '../../testing/bundles.ts';
import { auditDirectory } from '../index.ts';
import { verifyHashes } from './hashes/verify-hashes.ts';

/** Bytes of the file that are looked at; `node scripts/damage.mjs` looks at all of them. */
const sampled = 400;

let ledger: Ledger;
let bytes: Buffer;
let copy: string;

beforeAll(async () => {
  ledger = await smallLedger();
  const database = new DatabaseSync(join(ledger.directory, 'events.db'));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  database.close();
  bytes = readFileSync(join(ledger.directory, 'events.db'));
  copy = scratchDirectory();
  copyFileSync(join(ledger.directory, 'events.db'), join(copy, 'events.db'));
});

/** Findings of a full audit, with one checkpoint that was kept outside; or why it could not be opened. */
async function found(audit: () => Promise<{ findings: readonly object[] }>): Promise<readonly (object | string)[]> {
  try {
    return (await audit()).findings;
  } catch (error) {
    expect((error as Error).name).toBe('NoSuchData');
    return [String(error)];
  }
}

/** All that the file says. */
function saidBy(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const groups = 'SELECT position, count, recorded_at, crc, hex(appends), hex(events) FROM groups';
    const others = ['schema', 'streams', 'heads', 'heads_saved', 'marks', 'sqlite_schema'].map(
      (table) => `SELECT * FROM ${table}`,
    );
    return JSON.stringify([groups, ...others].map((sql) => database.prepare(sql).all()));
  } finally {
    database.close();
  }
}

describe('a small store', () => {
  it('is sound before', async () => {
    expect(await found(() => auditDirectory(copy, { priceBooks, outside: ledger.outside }))).toEqual([]);
    expect(statSync(join(copy, 'events.db')).size).toBe(bytes.length);
  });

  it('is found wanting for any byte of its file, unless it says the same', async () => {
    const file = join(copy, 'events.db');
    const said = saidBy(join(ledger.directory, 'events.db'));
    const step = Math.floor(bytes.length / sampled);
    const missed: string[] = [];
    let unnoticed = 0;
    for (let place = 0; place < bytes.length; place += step) {
      const changed = Buffer.from(bytes);
      changed[place] = (bytes[place] ?? 0) ^ (1 << (place % 8));
      writeFileSync(file, changed);
      const full = await found(() => auditDirectory(copy, { priceBooks, outside: ledger.outside }));
      if (full.length > 0) continue;
      unnoticed += 1;
      if (saidBy(file) !== said) missed.push(String(place));
    }
    writeFileSync(file, bytes);
    expect(missed).toEqual([]);
    expect(unnoticed).toBeLessThan(sampled);
  });

  it('is found wanting by its hashes for any byte of an event', async () => {
    const file = join(copy, 'events.db');
    const from = bytes.indexOf('"amount');
    const missed: string[] = [];
    for (let place = from; place < from + 200; place += 7) {
      const changed = Buffer.from(bytes);
      changed[place] = (bytes[place] ?? 0) ^ 0x01;
      writeFileSync(file, changed);
      if ((await found(() => verifyHashes(file, { threads: 1 }))).length === 0) missed.push(String(place));
    }
    writeFileSync(file, bytes);
    expect(missed).toEqual([]);
  });
});
