import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeLogger, readConfig } from '#runtime';
import { ensureAdminKey, ensureWebhookKey, makeWebhookKey } from './kept-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'kept-key-'));
const config = readConfig({ HOLDFAST_DATA_DIR: directory });
const logger = makeLogger('silent');

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function keptWebhookKey(): string {
  return ensureWebhookKey(config) ?? makeWebhookKey(config, logger);
}

describe.each([
  ['the admin key', 'admin.key', ensureAdminKey, 'an admin key'],
  ['the key of webhooks', 'webhook.key', keptWebhookKey, 'a webhook key'],
] as const)('%s', (_, name, ensureKey, called) => {
  const file = join(directory, name);

  it('is made at the first start, for its owner only, and is the same afterwards', () => {
    const made = ensureKey(config, logger);
    expect(readFileSync(file, 'utf8').trim()).toBe(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual([name]);
    expect(ensureKey(config, logger)).toBe(made);
  });

  it.each(['', 'x', 'a key with spaces that is long enough to be one'])('is never %j', (kept) => {
    ensureKey(config, logger);
    writeFileSync(file, kept);
    expect(() => ensureKey(config, logger)).toThrow(`${name}: ${called} has 32 to 256`);
  });

  it.each(['a'.repeat(40), 'changeme-changeme-changeme-change', 'abc'.repeat(20)])('is no placeholder: %s', (kept) => {
    ensureKey(config, logger);
    writeFileSync(file, kept);
    expect(() => ensureKey(config, logger)).toThrow(`${name}: ${called} `);
  });
});

it('the keys are not the same', () => {
  expect(ensureAdminKey(config, logger)).not.toBe(keptWebhookKey());
});
