import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeLogger, readConfig } from '#runtime';
import { adminKeyOf } from '../src/admin-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'admin-key-'));
const file = join(directory, 'admin.key');
const config = readConfig({ HOLDFAST_DATA_DIR: directory });
const logger = makeLogger('silent');

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the admin key', () => {
  it('is made at the first start, for its owner only, and is the same afterwards', () => {
    const made = adminKeyOf(config, logger);
    expect(readFileSync(file, 'utf8').trim()).toBe(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(adminKeyOf(config, logger)).toBe(made);
  });

  it.each(['', 'x', 'a key with spaces that is long enough to be one'])('is never %j', (kept) => {
    adminKeyOf(config, logger);
    writeFileSync(file, kept);
    expect(() => adminKeyOf(config, logger)).toThrow(/admin\.key: an admin key has 32 to 256/);
  });
});
