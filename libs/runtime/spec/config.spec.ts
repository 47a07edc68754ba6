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
      eventStore: { kind: 'sqlite' },
      redisUrl: undefined,
      namespace: 'holdfast',
      sweeper: true,
      leases: true,
      stopDelayMs: 0,
      webhooks: true,
      webhookKey: undefined,
      webhookNetworks: [],
      webhookHttp: false,
    });
  });

  it('has a port for each program, unless one is named', () => {
    expect(readConfig({}, { port: 3001 }).port).toBe(3001);
    expect(readConfig({ HOLDFAST_PORT: '80' }, { port: 3001 }).port).toBe(80);
  });

  it('keeps its events where KURRENTDB_URL says', () => {
    const url = 'kurrentdb+discover://user:secret@cluster:2113?tls=true';
    expect(readConfig({ KURRENTDB_URL: url }).eventStore).toEqual({ kind: 'kurrentdb', url });
    expect(readConfig({ KURRENTDB_URL: url, HOLDFAST_EVENT_STORE: 'kurrentdb' }).eventStore.kind).toBe('kurrentdb');
  });

  it.each([
    ['KURRENTDB_URL is missing', { HOLDFAST_EVENT_STORE: 'kurrentdb' }],
    ['KURRENTDB_URL is set, but', { HOLDFAST_EVENT_STORE: 'sqlite', KURRENTDB_URL: 'kurrentdb://localhost' }],
  ])('is told where its events are once: %s', (fault, variables) => {
    expect(faultsOf(variables)).toContain(fault);
  });

  it('takes an empty variable as not set', () => {
    expect(readConfig({ HOLDFAST_PORT: '', REDIS_URL: '' }).port).toBe(3000);
  });

  it.each([
    ['HOLDFAST_PORT', 'eighty'],
    ['HOLDFAST_PORT', '65536'],
    ['HOLDFAST_EVENT_STORE', 'floppy'],
    ['KURRENTDB_URL', 'http://localhost:2113'],
    ['REDIS_URL', 'localhost:6379'],
    ['HOLDFAST_NAMESPACE', 'two words'],
    ['HOLDFAST_NAMESPACE', 'a.b'],
    ['HOLDFAST_SWEEPER', 'off'],
    ['HOLDFAST_LEASES', '1'],
    ['HOLDFAST_STOP_DELAY_SECONDS', '301'],
    ['HOLDFAST_STOP_DELAY_SECONDS', '-1'],
    ['HOLDFAST_ADMIN_KEY', 'short'],
    ['HOLDFAST_ADMIN_KEY', 'a key with spaces in it that is long enough'],
    ['HOLDFAST_ADMIN_KEY_FILE', '/no/such/file'],
    ['HOLDFAST_PUBLIC_URL', 'ftp://example.org'],
    ['HOLDFAST_ACCEPT_CLOCK_BEHIND', 'yes'],
    ['HOLDFAST_WEBHOOKS', 'no'],
    ['HOLDFAST_WEBHOOK_KEY', 'short'],
    ['HOLDFAST_WEBHOOK_KEY_FILE', '/no/such/file'],
    ['HOLDFAST_WEBHOOK_NETWORKS', '10.0.0.1'],
    ['HOLDFAST_WEBHOOK_NETWORKS', '10.0.0.0/33'],
    ['HOLDFAST_WEBHOOK_NETWORKS', '10.0.0.0/8,'],
    ['HOLDFAST_WEBHOOK_HTTP', '1'],
    ['LOG_LEVEL', 'loud'],
  ])('names %s when it is %s', (name, value) => {
    expect(faultsOf({ [name]: value })).toContain(name);
  });

  it('reads the networks that webhooks may reach from one list', () => {
    const config = readConfig({ HOLDFAST_WEBHOOK_NETWORKS: '10.1.0.0/16, fd00::/8', HOLDFAST_WEBHOOK_HTTP: 'true' });
    expect(config).toMatchObject({ webhookNetworks: ['10.1.0.0/16', 'fd00::/8'], webhookHttp: true });
  });

  it('names every variable that is wrong, not only the first', () => {
    expect(faultsOf({ HOLDFAST_PORT: 'x', LOG_LEVEL: 'loud' }).split('\n')).toHaveLength(2);
  });

  it('reads secrets from files, and none from both', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const fileOf = (text: string): string => {
      const file = join(folder, 'secret');
      writeFileSync(file, `${text}\n`);
      return file;
    };
    const adminKey = 'k'.repeat(32);
    expect(readConfig({ HOLDFAST_ADMIN_KEY_FILE: fileOf(adminKey) }).adminKey).toBe(adminKey);
    expect(faultsOf({ HOLDFAST_ADMIN_KEY_FILE: fileOf(adminKey), HOLDFAST_ADMIN_KEY: adminKey })).toContain('exclude');
    expect(readConfig({ REDIS_URL_FILE: fileOf('redis://:secret@host') }).redisUrl).toBe('redis://:secret@host');
    expect(readConfig({ KURRENTDB_URL_FILE: fileOf('esdb://u:p@host') }).eventStore).toMatchObject({
      url: 'esdb://u:p@host',
    });
    rmSync(folder, { recursive: true });
  });

  it('names no secret when it names what is wrong', () => {
    const faults = faultsOf({ KURRENTDB_URL: 'http://user:hunter2@host', REDIS_URL: 'http://:hunter2@host' });
    expect(faults).toContain('REDIS_URL');
    expect(faults).not.toContain('hunter2');
  });

  it.each([
    'redis://:hunter2#@host:6379',
    'redis://:hunter2/@host',
    'redis://:hunter2%@host',
    'redis://:hunter2@host:99999',
  ])('finds out by itself that Redis cannot be found by %s: its client would quote it', (url) => {
    const faults = faultsOf({ REDIS_URL: url });
    expect(faults).toContain('REDIS_URL');
    expect(faults).not.toContain('hunter2');
  });
});
