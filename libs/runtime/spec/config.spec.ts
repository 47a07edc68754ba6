import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '#runtime';

function faultsOf(variables: Record<string, string>): string {
  try {
    readConfig(variables);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      adminKey: undefined,
      logLevel: 'info',
      showDocs: true,
      acceptClockBehind: false,
    });
  });

  it('takes an empty variable as not set', () => {
    expect(readConfig({ HOLDFAST_PORT: '', REDIS_URL: '' }).port).toBe(3000);
  });

  it.each([
    ['HOLDFAST_PORT', 'eighty'],
    ['HOLDFAST_PORT', '65536'],
    ['HOLDFAST_EVENT_STORE', 'kurrentdb'],
    ['KURRENTDB_URL', 'kurrentdb://localhost:2113'],
    ['REDIS_URL', 'redis://localhost'],
    ['HOLDFAST_ADMIN_KEY', 'short'],
    ['HOLDFAST_ADMIN_KEY', 'a key with spaces in it that is long enough'],
    ['HOLDFAST_ADMIN_KEY_FILE', '/no/such/file'],
    ['HOLDFAST_PUBLIC_URL', 'ftp://example.org'],
    ['HOLDFAST_ACCEPT_CLOCK_BEHIND', 'yes'],
    ['LOG_LEVEL', 'loud'],
  ])('names %s when it is %s', (name, value) => {
    expect(faultsOf({ [name]: value })).toContain(name);
  });

  it('names every variable that is wrong, not only the first', () => {
    expect(faultsOf({ HOLDFAST_PORT: 'x', LOG_LEVEL: 'loud' }).split('\n')).toHaveLength(2);
  });

  it('reads a secret from a file, and not from both', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const file = join(folder, 'key');
    const adminKey = 'k'.repeat(32);
    writeFileSync(file, `${adminKey}\n`);
    expect(readConfig({ HOLDFAST_ADMIN_KEY_FILE: file }).adminKey).toBe(adminKey);
    expect(faultsOf({ HOLDFAST_ADMIN_KEY_FILE: file, HOLDFAST_ADMIN_KEY: adminKey })).toContain('exclude');
    rmSync(folder, { recursive: true });
  });
});
