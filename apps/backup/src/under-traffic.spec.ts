import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { type OutsideCheckpoint, outsideLines } from '#proofs';
import { Dice } from '../../../test/support/dice.ts';
import { EventRecord } from '../../../test/support/event-record.ts';
import { RedisServer } from '../../../test/support/redis-server.ts';
import { DataDirectory, Service } from '../../../test/support/service.ts';
import { Client } from '../../../test/support/traffic.ts';
import { auditDirectory, type AuditReport } from '../../auditor/src/index.ts';
import { backup, hashesIn, launch, launched } from '../testing/run-backup.ts';
import { manifestIn } from './manifest.ts';

const accounts = ['acme', 'beta', 'core'];
const dice = new Dice();

let scratch: DataDirectory;
let data: string;
let outside: string;
let running: Service[] = [];

beforeEach(() => {
  scratch = new DataDirectory();
  data = join(scratch.path, 'data');
  outside = join(scratch.path, 'outside.jsonl');
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill();
  scratch.delete();
});

async function started(directory: string, environment: Readonly<Record<string, string>> = {}): Promise<Service> {
  const service = await Service.start(directory, { environment });
  running = [...running, service];
  return service;
}

async function withAccounts(service: Service): Promise<void> {
  for (const accountId of accounts) {
    await service.admin.done('/v1/accounts', { accountId });
    await service.admin.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'first', amount: '1000000' });
  }
}

function traffic(): readonly Client[] {
  return Array.from({ length: 6 }, (_, n) => new Client(`c${String(n)}`, accounts, dice));
}

/** Resolves when clients were answered so many more times: they are in the middle of their work. */
async function answered(clients: readonly Client[], more: number): Promise<void> {
  const count = (): number =>
    clients.flatMap(({ errands }) => errands).filter(({ answer }) => answer !== undefined).length;
  const wanted = count() + more;
  while (count() < wanted) await after(5);
}

function lines(): readonly OutsideCheckpoint[] {
  return outsideLines(readFileSync(outside, 'utf8')).checkpoints;
}

function audited(directory: string, checkpoints: readonly OutsideCheckpoint[]): Promise<AuditReport> {
  const priceBooks = new PriceBookCatalog(shippedPriceBooks);
  return auditDirectory(directory, { priceBooks, outside: checkpoints });
}

describe(`a backup under traffic (seed ${String(dice.seed)})`, () => {
  it('is a moment of the ledger, which comes back after a kill, and is told exactly what it lacks', async () => {
    const kept = join(scratch.path, 'kept');
    const withFile = { HOLDFAST_CHECKPOINT_FILE: outside };
    const service = await started(data, withFile);
    await withAccounts(service);
    const clients = traffic();
    const work = clients.map((client) => client.work(service.admin));
    await answered(clients, 200);
    await service.admin.done('/v1/checkpoints', {});
    const before = clients.flatMap(({ errands }) => errands.filter(({ answer }) => answer !== undefined));
    const made = await launched(['backup', kept, '--data', data, '--with-keys']);
    expect([made.code, made.errors]).toEqual([0, '']);
    await answered(clients, 200);
    await service.admin.done('/v1/checkpoints', {});
    await service.kill();
    await Promise.all(work);
    running = [];
    const { log, checkpoint } = manifestIn(kept);
    const all = hashesIn(data);
    expect(hashesIn(kept)).toEqual(all.slice(0, log.events));
    expect(all.length).toBeGreaterThan(log.events);
    expect(checkpoint?.number).toBe(1);

    // Into an empty directory: everything that was answered before it began is there, once.
    const fresh = join(scratch.path, 'fresh');
    expect((await launched(['restore', kept, '--data', fresh])).code).toBe(0);
    const [first, second] = lines();
    if (first === undefined || second === undefined) throw new Error('there are no checkpoints');
    expect((await audited(fresh, [first])).found).toBe(0);
    const there = await started(fresh);
    for (const accountId of accounts) {
      const { names } = await new EventRecord(accountId).readOn(there.admin);
      const mine = before.filter((errand) => errand.accountId === accountId);
      expect(mine.filter(({ event }) => names.filter((name) => name === event).length !== 1)).toEqual([]);
    }
    await there.stop();

    // Into the directory of the killed service, with its write-ahead log beside it.
    const words = ['restore', kept, '--data', data, '--checkpoint', outside];
    expect((await launched(words)).code).toBe(2);
    expect(hashesIn(data)).toEqual(all);
    const restored = await launched([...words, '--replace']);
    const lacks = `checkpoint 2 covers ${String(second.events)} events, the log has ${String(log.events)}: `;
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining(lacks)]);
    expect(restored.out).toContain(`: ${String(second.events - log.events)} are missing`);
    expect(hashesIn(data)).toEqual(all.slice(0, log.events));
    const [aside = ''] = readdirSync(data).filter((name) => name.startsWith('replaced-'));
    expect(hashesIn(join(data, aside))).toEqual(all);
    expect((await audited(data, lines())).findings.map(({ kind }) => kind)).toEqual([
      'checkpoint-differs',
      'log-cut-off',
    ]);

    const refused = await Service.launch(data, { environment: withFile }).ended;
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining(`${String(second.events - log.events)} are missing`),
    ]);
    const again = await started(data, { ...withFile, HOLDFAST_ACCEPT_TRUNCATION: 'true' });
    await again.admin.done('/v1/accounts/acme/deposits', { depositId: 'after', amount: '1' });
    const { text } = await again.admin.done('/v1/checkpoints', {});
    expect(JSON.parse(text)).toMatchObject({ number: 3 });
    await again.stop();
    expect(lines().map(({ number }) => number)).toEqual([1, 2, 3]);
    const report = await audited(data, lines());
    expect(report.findings.map(({ kind }) => kind)).toEqual(['truncation-accepted']);
    expect(report.findings[0]?.detail).toContain(`${String(second.events - log.events)} are missing`);
  });

  it('that is killed never looks like a whole one', async () => {
    const service = await started(data);
    await withAccounts(service);
    const clients = traffic();
    const work = clients.map((client) => client.work(service.admin));
    await answered(clients, 100);
    for (let round = 0; round < 6; round += 1) {
      const to = join(scratch.path, `kept-${String(round)}`);
      const child = launch(['backup', to, '--data', data]);
      const closed = once(child, 'close');
      await after(dice.between(150, 900));
      child.kill('SIGKILL');
      await closed;
      if (existsSync(to))
        expect((await backup(['restore', to, '--data', join(scratch.path, `r-${String(round)}`)])).code).toBe(0);
      const drafts = readdirSync(scratch.path).filter((name) => name.startsWith(`kept-${String(round)}.unfinished-`));
      for (const draft of drafts) expect(() => manifestIn(join(scratch.path, draft))).toThrow('no whole backup');
    }
    await service.kill();
    await Promise.all(work);
  });

  it('is whole beside several processes that share the file', async () => {
    const kept = join(scratch.path, 'kept');
    const redis = await RedisServer.start();
    const environment = { REDIS_URL: redis.url };
    const services = [await started(data, environment), await started(data, environment)];
    const [one] = services;
    if (one === undefined) throw new Error('there is no service');
    await withAccounts(one);
    const clients = traffic();
    const work = clients.map((client, n) => client.work((services[n % 2] ?? one).admin));
    await answered(clients, 100);
    expect((await launched(['backup', kept, '--data', data])).code).toBe(0);
    await answered(clients, 50);
    await Promise.all(running.splice(0).map((service) => service.kill()));
    await Promise.all(work);
    await redis.stop();
    expect((await launched(['restore', kept, '--data', data, '--replace'])).code).toBe(0);
    expect((await audited(data, [])).found).toBe(0);
  });
});

describe('a restore that is killed', () => {
  it('leaves the old ledger, one that does not start, or the new one', async () => {
    const kept = join(scratch.path, 'kept');
    const service = await started(data);
    await withAccounts(service);
    expect((await backup(['backup', kept, '--data', data])).code).toBe(0);
    await service.admin.done('/v1/accounts/acme/deposits', { depositId: 'late', amount: '1' });
    await service.kill();
    running = [];
    const copy = join(scratch.path, 'copy');
    for (let round = 0; round < 6; round += 1) {
      rmSync(copy, { recursive: true, force: true });
      cpSync(data, copy, { recursive: true });
      const child = launch(['restore', kept, '--data', copy, '--replace']);
      const closed = once(child, 'close');
      await after(dice.between(150, 900));
      child.kill('SIGKILL');
      await closed;
      const isMarked = existsSync(join(copy, 'restore-unfinished.json'));
      if (!isMarked) expect([hashesIn(data), hashesIn(kept)]).toContainEqual(hashesIn(copy));
      expect((await backup(['restore', kept, '--data', copy, '--replace'])).code).toBe(0);
      expect(hashesIn(copy)).toEqual(hashesIn(kept));
    }
  });
});
