import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { type Checkpoint, type OutsideCheckpoint, outsideLines } from '#proofs';
import { auditDirectory, type AuditReport } from '../../apps/auditor/src/index.ts';
import { BothVerifiers, itWithPython } from '../../apps/auditor/testing/both-verifiers.ts';
import { auditor } from '../../apps/auditor/testing/run-auditor.ts';
import { adminKey, DataDirectory, type Ending, Service } from '../support/service.ts';

let data: DataDirectory;
let ledger: string;
let outside: string;
let environment: Record<string, string>;
let running: Service | undefined;

beforeEach(() => {
  data = new DataDirectory();
  ledger = join(data.path, 'ledger');
  outside = join(data.path, 'outside.jsonl');
  environment = { HOLDFAST_CHECKPOINT_FILE: outside };
  mkdirSync(ledger, { mode: 0o700 });
});
afterEach(async () => {
  await running?.kill();
  data.delete();
});

async function started(more: Readonly<Record<string, string>> = {}): Promise<Service> {
  running = await Service.start(ledger, { environment: { ...environment, ...more } });
  return running;
}

/** How a start ends that is refused. */
async function refused(more: Readonly<Record<string, string>> = {}): Promise<Ending> {
  const ending = await Service.launch(ledger, { environment: { ...environment, ...more } }).ended;
  expect(ending.code).toBe(1);
  return ending;
}

/** Opens an account, which is one event, and signs a checkpoint over it. */
async function step(service: Service, accountId: string): Promise<Checkpoint> {
  await service.admin.done('/v1/accounts', { accountId });
  const { text } = await service.admin.done('/v1/checkpoints', {});
  return JSON.parse(text) as Checkpoint;
}

/** Puts the log back to what it was when the copy was made. */
function putBack(copy: string): void {
  for (const name of ['events.db-wal', 'events.db-shm']) rmSync(join(ledger, name), { force: true });
  copyFileSync(copy, join(ledger, 'events.db'));
  // As its owner would have it: a copy has the mode of what it was made of.
  chmodSync(join(ledger, 'events.db'), 0o600);
}

async function copied(): Promise<string> {
  const database = new DatabaseSync(join(ledger, 'events.db'), { readOnly: true });
  await backup(database, join(data.path, 'copy.db'));
  database.close();
  return join(data.path, 'copy.db');
}

function lines(): readonly OutsideCheckpoint[] {
  return outsideLines(readFileSync(outside, 'utf8')).checkpoints;
}

function audited(): Promise<AuditReport> {
  return auditDirectory(ledger, { priceBooks: new PriceBookCatalog(shippedPriceBooks), outside: lines() });
}

describe('a ledger that starts behind its own checkpoint file', () => {
  it('refuses, says what is missing, and goes on with a number of its own once that was accepted', async () => {
    let service = await started();
    await step(service, 'acme');
    const copy = await copied();
    await step(service, 'beta');
    const lost = await step(service, 'gamma');
    await service.stop();
    putBack(copy);

    const { stdout } = await refused();
    expect(stdout).toContain(`the log ends before checkpoint 3 of ${outside}: its newest is 1`);
    // Of what the checkpoint covers the log has the key, the account and the first checkpoint.
    expect(stdout).toContain(
      `covers ${String(lost.events)} events and the log has 3: ${String(lost.events - 3)} are missing`,
    );
    expect(stdout).toContain('HOLDFAST_ACCEPT_TRUNCATION=true');

    service = await started({ HOLDFAST_ACCEPT_TRUNCATION: 'true' });
    await service.stop();
    // Once is enough, before another checkpoint and after it.
    service = await started();
    const next = await step(service, 'delta');
    expect(next.number).toBe(4);
    await service.stop();
    service = await started();
    expect((await step(service, 'epsilon')).number).toBe(5);
    await service.stop();
    expect(lines().map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    const { findings, found } = await audited();
    expect(findings).toMatchObject([
      { kind: 'truncation-accepted', detail: expect.stringContaining('checkpoints 2 to 3') },
    ]);
    expect(found).toBe(1);
  });

  it('refuses too when it has gone on without the file, and signed the same numbers a second time', async () => {
    let service = await started();
    await step(service, 'acme');
    const copy = await copied();
    await step(service, 'beta');
    await service.stop();
    putBack(copy);
    service = await Service.start(ledger);
    await step(service, 'gamma');
    await step(service, 'delta');
    await service.stop();

    expect((await refused()).stdout).toContain(`checkpoint 2 of ${outside} is another in the log`);
    service = await started({ HOLDFAST_ACCEPT_TRUNCATION: 'true' });
    expect((await step(service, 'epsilon')).number).toBe(4);
    await service.stop();
    expect((await audited()).findings.map(({ kind }) => kind)).toEqual(['truncation-accepted']);
  });

  it('refuses the file of another ledger, whatever is accepted', async () => {
    const service = await started();
    await step(service, 'acme');
    await service.stop();
    ledger = join(data.path, 'another');
    const { stdout } = await refused({ HOLDFAST_ACCEPT_TRUNCATION: 'true' });
    expect(stdout).toContain('it belongs to another ledger');
  });

  it('says when the file is gone, as a disk that was not mounted, and begins a new one', async () => {
    let service = await started();
    await step(service, 'acme');
    await service.stop();
    rmSync(outside);
    service = await started();
    await step(service, 'beta');
    expect((await service.stop()).stdout).toContain('nothing outside proves the log');
    expect(lines().map(({ number }) => number)).toEqual([1, 2]);
  });

  it('starts beside lines that are torn or that nobody signed', async () => {
    let service = await started();
    await step(service, 'acme');
    await service.stop();
    const [line] = lines();
    writeFileSync(outside, `${JSON.stringify({ ...line, number: 7 })}\n{"torn`, { flag: 'a' });
    service = await started();
    expect((await step(service, 'beta')).number).toBe(2);
    expect(lines().map(({ number }) => number)).toEqual([1, 7, 2]);
  });

  it('writes a checkpoint again that is damaged in the file, or that somebody made up before it was there', async () => {
    let service = await started();
    await step(service, 'acme');
    await service.stop();
    const [line] = lines();
    if (line === undefined) throw new Error('there is no checkpoint outside');
    const damaged = { ...line, root: line.root.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) };
    writeFileSync(outside, [damaged, { ...line, number: 2 }].map((one) => `${JSON.stringify(one)}\n`).join(''));
    service = await started();
    // While it runs, too.
    writeFileSync(outside, `${JSON.stringify({ ...line, number: 3 })}\n`, { flag: 'a' });
    await step(service, 'beta');
    await step(service, 'gamma');
    expect((await service.stop()).stdout).toContain('they prove nothing');
    expect(lines().map(({ number }) => number)).toEqual([1, 2, 3, 1, 2, 3]);
    writeFileSync(outside, readFileSync(outside, 'utf8').split('\n').slice(3).join('\n'));
    expect((await audited()).found).toBe(0);
  });
});

itWithPython('a bundle says to both verifiers that a key was replaced and a truncation accepted', async () => {
  let service = await started();
  await step(service, 'acme');
  const copy = await copied();
  await step(service, 'beta');
  await service.stop();
  putBack(copy);
  rmSync(join(ledger, 'signing.key'));
  service = await started({ HOLDFAST_ACCEPT_TRUNCATION: 'true', HOLDFAST_ACCEPT_LOST_KEYS: 'true' });
  expect((await step(service, 'gamma')).number).toBe(3);
  await service.stop();
  const bundle = join(data.path, 'bundle');
  expect((await auditor('export', bundle, '--data', ledger)).code).toBe(0);
  const verifiers = new BothVerifiers();
  const { findings, code, out } = await verifiers.verify(readFileSync(bundle), lines());
  expect(findings.map(({ kind }) => kind)).toEqual(['truncation-accepted']);
  expect([code, out]).toEqual([1, expect.stringContaining('truncation-accepted  checkpoints 2 to 2, kept outside')]);
  expect(out).toMatch(/^note: the key \w{16} signs in place of/m);
  expect(out).toContain(' 1 findings');
});

describe('a ledger whose keys are gone', () => {
  const signingKey = (): string => join(ledger, 'signing.key');

  it('does not start without the key that signs, and goes on with a new one once that was accepted', async () => {
    let service = await started();
    await step(service, 'acme');
    await service.stop();
    rmSync(signingKey());
    expect((await refused()).stdout).toContain(`${signingKey()}: there is no signing key in it`);
    writeFileSync(signingKey(), '');
    rmSync(signingKey());
    service = await started({ HOLDFAST_ACCEPT_LOST_KEYS: 'true' });
    await service.stop();
    service = await started();
    expect((await step(service, 'beta')).number).toBe(2);
    const { keys } = await service.admin.read<{ keys: { keyId: string; replaces: string | null }[] }>(
      '/v1/checkpoints',
    );
    expect(keys).toMatchObject([{ replaces: null }, { announcedBy: null, replaces: keys[0]?.keyId }]);
    await service.stop();
    const { found, notes } = await audited();
    expect([found, notes]).toEqual([0, [expect.stringContaining('does not vouch for it')]]);
  });

  it('does not start without the key that sealed the secrets of webhooks, nor with another', async () => {
    let service = await started();
    await service.admin.done('/v1/webhooks', { webhookId: 'hook', url: 'https://example.com/hook' });
    await service.stop();
    rmSync(join(ledger, 'webhook.key'));
    expect((await refused()).stdout).toContain('webhook.key is missing');
    const other = { HOLDFAST_WEBHOOK_KEY: `another${adminKey}` };
    expect((await refused(other)).stdout).toContain('HOLDFAST_WEBHOOK_KEY is not the key that sealed the secrets');
    service = await started({ HOLDFAST_ACCEPT_LOST_KEYS: 'true' });
    await service.stop();
    service = await started();
    expect(await service.admin.read('/v1/webhooks/hook')).toMatchObject({ disabledFor: 'operator' });
    await service.admin.done('/v1/webhooks/hook/secrets', { secretId: 'second' });
    await service.admin.done('/v1/webhooks/hook/enable', { reason: 'rotated' });
    await service.stop();
    await started();
  });
});
