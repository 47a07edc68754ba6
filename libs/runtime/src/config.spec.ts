import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '#runtime';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';

function readErrors(variables: Record<string, string>): string {
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
  ])('is told where its events are once: %s', (error, variables) => {
    expect(readErrors(variables)).toContain(error);
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
    expect(readErrors({ [name]: value })).toContain(name);
  });

  it('reads the networks that webhooks may reach from one list', () => {
    const config = readConfig({ HOLDFAST_WEBHOOK_NETWORKS: '10.1.0.0/16, fd00::/8', HOLDFAST_WEBHOOK_HTTP: 'true' });
    expect(config).toMatchObject({ webhookNetworks: ['10.1.0.0/16', 'fd00::/8'], webhookHttp: true });
  });

  it('names every variable that is wrong, not only the first', () => {
    expect(readErrors({ HOLDFAST_PORT: 'x', LOG_LEVEL: 'loud' }).split('\n')).toHaveLength(2);
  });

  it('reads secrets from files, and none from both', () => {
    const folder = scratchDirectory();
    const writeSecret = (text: string): string => {
      const file = join(folder, 'secret');
      writeFileSync(file, `${text}\n`, { mode: 0o600 });
      return file;
    };
    const adminKey = 'a-key-that-no-document-has-0123456';
    expect(readConfig({ HOLDFAST_ADMIN_KEY_FILE: writeSecret(adminKey) }).adminKey).toBe(adminKey);
    expect(readErrors({ HOLDFAST_ADMIN_KEY_FILE: writeSecret(adminKey), HOLDFAST_ADMIN_KEY: adminKey })).toContain(
      'exclude',
    );
    expect(readConfig({ REDIS_URL_FILE: writeSecret('redis://:secret@host') }).redisUrl).toBe('redis://:secret@host');
    expect(readConfig({ KURRENTDB_URL_FILE: writeSecret('esdb://u:p@host') }).eventStore).toMatchObject({
      url: 'esdb://u:p@host',
    });
  });

  it.each([
    ['0604', 'HOLDFAST_ADMIN_KEY', 'a-key-that-no-document-has-0123456'],
    ['0640', 'HOLDFAST_WEBHOOK_KEY', 'a-key-that-no-document-has-0123456'],
    ['0644', 'REDIS_URL', 'redis://:secret@host'],
    ['0666', 'KURRENTDB_URL', 'esdb://u:p@host'],
  ])('takes no secret from a file of mode %s, unless it is told to: %s', (mode, name, text) => {
    const folder = scratchDirectory();
    const file = join(folder, 'a secret');
    writeFileSync(file, text);
    chmodSync(file, Number.parseInt(mode, 8));
    const errors = readErrors({ [`${name}_FILE`]: file });
    expect(errors).toContain(`${name}_FILE: ${file} has mode ${mode}`);
    expect(errors).toContain(`chmod 0600 '${file}' corrects it; HOLDFAST_ALLOW_WIDE_MODES=true allows it`);
    expect(readErrors({ [`${name}_FILE`]: file, HOLDFAST_ALLOW_WIDE_MODES: 'true' })).toBe('');
    chmodSync(file, 0o400);
    expect(readErrors({ [`${name}_FILE`]: file })).toBe('');
  });

  it.each([
    ['HOLDFAST_SWEPER', 'HOLDFAST_SWEEPER'],
    ['HOLDFAST_SWEEPERS', 'HOLDFAST_SWEEPER'],
    ['holdfast_sweeper', 'HOLDFAST_SWEEPER'],
    ['HOLDFAST-SWEEPER', 'HOLDFAST_SWEEPER'],
    ['HOLFDAST_SWEEPER', 'HOLDFAST_SWEEPER'],
    ['HOLDFAST_DATA', 'HOLDFAST_DATA_DIR'],
    ['HOLDFAST_DATADIR', 'HOLDFAST_DATA_DIR'],
    ['HOLDFAST_ADMIN_KEYFILE', 'HOLDFAST_ADMIN_KEY_FILE'],
    ['HOLDFAST_REDIS_URL', 'REDIS_URL'],
    ['HOLDFAST_KURRENTDB_URL', 'KURRENTDB_URL'],
  ])('knows no variable %s and asks whether %s was meant', (name, meant) => {
    expect(readErrors({ [name]: 'false' })).toBe(`${name} is not known here: did you mean ${meant}?`);
  });

  it('names a variable that begins as its own and is like none of them, empty or not', () => {
    expect(readErrors({ HOLDFAST_FROBNICATE: '' })).toBe('HOLDFAST_FROBNICATE is not known here');
  });

  it('passes over what is none of its own: other programs’ variables, and what Kubernetes sets for services', () => {
    const variables = {
      HOLDFAST_URL: 'http://127.0.0.1:3000',
      HOLDFAST_AUDITOR_KEY_FILE: '/run/secrets/auditor-key',
      HOLDFAST_SERVICE_HOST: '10.0.0.1',
      HOLDFAST_SERVICE_PORT_HTTP: '80',
      HOLDFAST_PORT_80_TCP: 'tcp://10.0.0.1:80',
      HOLDFAST_PORT_80_TCP_ADDR: '10.0.0.1',
      HOLDFAST_LEDGER_PODS_PORT: 'tcp://10.0.0.1:3000',
      HOLDFAST_LEDGER_PODS_SERVICE_PORT: '3000',
      REDIS_PORT: 'tcp://10.0.0.2:6379',
      POLKIT_AGENT: 'x',
    };
    expect(readErrors(variables)).toBe('');
    expect(readErrors({ HOLDFAST_PORT: 'tcp://10.0.0.1:80' })).toContain('HOLDFAST_PORT is an address, as Kubernetes');
  });

  it.each([
    ['HOLDFAST_PORT', ' 3000', 'white space'],
    ['HOLDFAST_DATA_DIR', './data ', 'white space'],
    ['HOLDFAST_DATA_DIR', ' ', 'white space'],
    ['HOLDFAST_CHECKPOINT_MINUTES', '60\n', 'white space'],
    ['HOLDFAST_DATA_DIR', '"/data"', 'quotation marks'],
    ['HOLDFAST_ADMIN_KEY_FILE', "'/run/secrets/admin-key'", 'quotation marks'],
    ['NODE_ENV', 'prod', 'is production, development or test'],
    ['NODE_ENV', 'Production', 'is production, development or test'],
  ])('names %s when it is %j: it has %s', (name, value, error) => {
    expect(readErrors({ [name]: value })).toContain(`${name} `);
    expect(readErrors({ [name]: value })).toContain(error);
  });

  const kurrentDb = { KURRENTDB_URL: 'kurrentdb://localhost' };
  const redis = { REDIS_URL: 'redis://localhost' };

  it.each([
    ['nobody to sweep', { HOLDFAST_SWEEPER: 'false' }, 'HOLDFAST_SWEEPER is false, but REDIS_URL is missing'],
    ['nobody to sweep', { HOLDFAST_SWEEPER: 'false', ...kurrentDb }, 'HOLDFAST_SWEEPER is false, but REDIS_URL'],
    ['leases wanted without Redis', { HOLDFAST_LEASES: 'true' }, 'HOLDFAST_LEASES is true, but REDIS_URL is missing'],
    [
      'one secret for two things',
      {
        HOLDFAST_ADMIN_KEY: 'a-key-that-no-document-has-0123456',
        HOLDFAST_WEBHOOK_KEY: 'a-key-that-no-document-has-0123456',
      },
      'HOLDFAST_WEBHOOK_KEY is the same as HOLDFAST_ADMIN_KEY',
    ],
    [
      'checkpoints into the log',
      { HOLDFAST_CHECKPOINT_FILE: './data/events.db' },
      'HOLDFAST_CHECKPOINT_FILE is a file',
    ],
    [
      'checkpoints into a key',
      { HOLDFAST_DATA_DIR: '/d', HOLDFAST_CHECKPOINT_FILE: '/d/x/../signing.key' },
      'HOLDFAST_CHECKPOINT_FILE is a file',
    ],
  ])('does not take settings that contradict each other: %s', (_, variables, error) => {
    expect(readErrors(variables)).toContain(error);
  });

  it('leaves sweeping to others where there can be others', () => {
    expect(readConfig({ HOLDFAST_SWEEPER: 'false', ...redis }).sweeper).toBe(false);
    expect(readConfig({ HOLDFAST_SWEEPER: 'false', ...redis, ...kurrentDb }).sweeper).toBe(false);
  });

  it('names no secret when it names what is wrong', () => {
    const errors = readErrors({ KURRENTDB_URL: 'http://user:hunter2@host', REDIS_URL: 'http://:hunter2@host' });
    expect(errors).toContain('REDIS_URL');
    expect(errors).not.toContain('hunter2');
  });

  it.each([
    'redis://:hunter2#@host:6379',
    'redis://:hunter2/@host',
    'redis://:hunter2%@host',
    'redis://:hunter2@host:99999',
  ])('finds out by itself that Redis cannot be found by %s: its client would quote it', (url) => {
    const errors = readErrors({ REDIS_URL: url });
    expect(errors).toContain('REDIS_URL');
    expect(errors).not.toContain('hunter2');
  });
});
