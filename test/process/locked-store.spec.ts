import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readOutcome } from '../support/caller.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { until } from '../support/until.ts';

let data: DataDirectory;
let service: Service;
let other: DatabaseSync;

beforeEach(async () => {
  data = new DataDirectory();
  service = await Service.start(data.path);
  await service.admin.done('/v1/accounts', { accountId: 'acme' });
  // This process is another than the service.
  other = new DatabaseSync(join(data.path, 'events.db'), { timeout: 10_000 });
});
afterEach(async () => {
  await service.kill();
  other.close();
  data.delete();
});

const ready = () => service.admin.get('/health/ready');

async function metric(name: string): Promise<number> {
  const { text } = await service.admin.get('/metrics');
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

async function deposit(depositId: string): Promise<string> {
  return readOutcome(await service.admin.post('/v1/accounts/acme/deposits', { depositId, amount: '1' }));
}

describe('a service whose log somebody else keeps locked', () => {
  it.each(['IMMEDIATE', 'EXCLUSIVE'])('says so by itself, once, until it can write again: %s', async (kind) => {
    other.exec(`BEGIN ${kind}`);
    await until(async () => (await ready()).status === 503);
    expect((await ready()).text).toContain('the event store cannot be written: another process has it locked');
    // Metrics are computed again after a while.
    await until(async () => (await metric('holdfast_event_store_away')) === 1);
    expect(await deposit('while-locked')).toBe('503 store_unavailable');
    expect(await deposit('again-while-locked')).toBe('503 store_unavailable');
    other.exec('ROLLBACK');
    await until(async () => (await ready()).status === 200);
    await until(async () => (await metric('holdfast_event_store_away')) === 0);
    expect(await deposit('after')).toBe('201');
    const { stdout } = await service.stop();
    const began = stdout.split('\n').filter((line) => line.includes('"problem with the event store"'));
    expect(began).toEqual([expect.stringContaining('another process has it locked')]);
  });

  it('writes on while somebody reads at one moment, and shows how far its write-ahead log has grown', async () => {
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM groups').get();
    expect(await deposit('while-read')).toBe('201');
    expect((await ready()).status).toBe(200);
    await until(async () => (await metric('holdfast_event_store_wal_bytes')) > 0);
    other.exec('COMMIT');
  });
});
