import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, type RecordedEvent } from '#application';
import { type AccountProof, type Checkpoint, type CheckpointList, type Route, routes } from '#contract';
import {
  CheckpointChain,
  Checkpoints,
  type CheckpointsParts,
  checkpointsStream,
  checkpointText,
  computeRoot,
  decodeCheckpointEvent,
  ensureSigningKeys,
  HeadsTree,
  isSignedBy,
  SigningKey,
} from '#proofs';
import { headsReader } from '#read-models';
import { InProcess } from '../../../../test/support/in-process.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { until } from '../../../../test/support/until.ts';

const nobody = { actor: 'spec', correlationId: 'spec' };
let folder: string;
let service: InProcess;
const others: Checkpoints[] = [];

beforeEach(async () => {
  folder = scratchDirectory();
  service = await InProcess.open({
    HOLDFAST_SIGNING_KEY_FILE: join(folder, 'signing.key'),
    HOLDFAST_CHECKPOINT_FILE: join(folder, 'outside.jsonl'),
  });
});

afterEach(async () => {
  await Promise.all(others.splice(0).map((one) => one.close()));
  await service.close();
});

/** The checkpoints of another process on the same ledger. */
function another(more: Partial<CheckpointsParts> = {}): Checkpoints {
  const { store, readModels, clock } = service.engine;
  const made = new Checkpoints({
    store,
    readModels: readModels.lists,
    wakeReadModels: () => {
      readModels.wake();
    },
    heads: headsReader(readModels.file),
    clock,
    keys: () => ensureSigningKeys(join(folder, 'signing.key')),
    everyMs: 0,
    onFatalStoreError: (cause) => {
      throw cause;
    },
    failed: (cause) => {
      throw cause;
    },
    ...more,
  });
  others.push(made);
  return made;
}

async function log(): Promise<readonly RecordedEvent[]> {
  return (await service.engine.store.readAll(BEGINNING, 1_000_000)).events;
}

/** The root over the heads of the first so many events, straight from the log. */
function rootAfter(events: readonly RecordedEvent[]): string {
  const heads = new Map(events.map(({ stream, revision, hash }) => [stream, { stream, revision, hash }]));
  return new HeadsTree([...heads.values()].sort((left, right) => (left.stream < right.stream ? -1 : 1))).root;
}

/** What an auditor says of the stream of checkpoints. */
async function errors(): Promise<readonly string[]> {
  const chain = new CheckpointChain();
  const said: string[] = [];
  for (const { stream, type, data, hash } of await log()) {
    if (stream !== checkpointsStream) continue;
    chain.follow(decodeCheckpointEvent(type, data), hash, (error, detail) => said.push(`${error}: ${detail}`));
  }
  return said;
}

async function make(): Promise<Checkpoint> {
  return (await service.ask<Checkpoint>('POST', '/v1/checkpoints')).body;
}

function pem(): string {
  return String(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
}

describe('a checkpoint', () => {
  it('is the signed root over the heads of all streams, and covers what was answered before it was asked for', async () => {
    for (const name of ['acme', 'beta', 'gamma']) await service.account(name);
    const before = await log();
    const made = await make();
    expect(made).toMatchObject({ number: 1, events: before.length, streams: 3, previous: null });
    expect(made.root).toBe(rootAfter(before));
    expect(made.position).toBe(before.at(-1)?.position);
    const { body } = await service.get<CheckpointList>('/v1/checkpoints');
    const [key] = body.keys;
    expect(isSignedBy(key?.publicKey ?? '', checkpointText({ ...made, at: Date.parse(made.at) }), made.signature)).toBe(
      true,
    );
  });

  it('is answered again while nothing happens, and names the one before it when something did', async () => {
    await service.account('acme');
    const first = await make();
    expect(await make()).toEqual(first);
    await service.account('beta');
    const second = await make();
    expect(second).toMatchObject({ number: 2, root: rootAfter((await log()).slice(0, second.events)) });
    const event = (await log()).find(({ type }) => type === 'checkpoint-signed.v1');
    expect(second.previous).toBe(event?.hash);
    const { body } = await service.get<CheckpointList>('/v1/checkpoints?limit=1');
    expect(body.checkpoints).toEqual([second]);
    const older = await service.get<CheckpointList>(`/v1/checkpoints?limit=5&before=${String(body.before)}`);
    expect(older.body).toMatchObject({ checkpoints: [first], before: null });
    expect(await errors()).toEqual([]);
  });

  it('is not made of nothing', async () => {
    expect((await service.ask('POST', '/v1/checkpoints')).body).toMatchObject({ code: 'checkpoint_not_found' });
    expect(await service.events()).toBe(0);
  });

  it('is made by one of several that try at once', async () => {
    await service.account('acme');
    const [mine, ...theirs] = await Promise.all([make(), another().make(nobody), another().make(nobody)]);
    expect(theirs.map((one) => one?.root)).toEqual([mine.root, mine.root]);
    const made = (await log()).filter(({ type }) => type === 'checkpoint-signed.v1');
    expect(made).toHaveLength(1);
    expect(await errors()).toEqual([]);
  });

  it('comes by itself, but only when something has happened', async () => {
    await service.account('acme');
    another({ everyMs: 5 }).start();
    const finding = another();
    for (const name of ['beta', 'gamma']) {
      const events = await service.events();
      await until(async () => ((await finding.newest())?.events ?? 0) >= events - 3);
      await service.account(name);
    }
    await until(async () => (await finding.newest())?.streams === 4);
    await make();
    const events = await service.events();
    await make();
    expect(await service.events()).toBe(events);
  });

  it('is written outside as well, and what was missed is written later', async () => {
    await service.account('acme');
    await another().make(nobody);
    expect(existsSync(join(folder, 'outside.jsonl'))).toBe(false);
    await service.account('beta');
    await make();
    const lines = readFileSync(join(folder, 'outside.jsonl'), 'utf8').trim().split('\n');
    const outside = lines.map((line) => JSON.parse(line) as { number: number; publicKey: string });
    expect(outside.map(({ number }) => number)).toEqual([1, 2]);
    expect(outside[0]?.publicKey).toBe(ensureSigningKeys(join(folder, 'signing.key'))[0]?.publicKey);
  });
});

describe('the proof of an account', () => {
  async function readProof(accountId: string): Promise<AccountProof> {
    return (await service.get<AccountProof>(`/v1/accounts/${accountId}/proof`)).body;
  }

  it('leads from its head to the root of the newest checkpoint', async () => {
    for (const name of ['acme', 'beta', 'gamma', 'delta', 'epsilon']) await service.account(name);
    const made = await make();
    for (const name of ['acme', 'beta', 'gamma', 'delta', 'epsilon']) {
      const proof = await readProof(name);
      expect(proof.checkpoint).toEqual(made);
      expect(computeRoot(proof, proof)).toBe(made.root);
      expect(proof).toMatchObject({ stream: `account-${name}`, revision: 1 });
    }
  });

  it('is the same in a process that did not make the checkpoint, and long after it', async () => {
    for (const name of ['acme', 'beta', 'gamma']) await service.account(name);
    const made = await make();
    const proof = await readProof('beta');
    for (let count = 0; count < 40; count += 1) {
      await service.done('/v1/accounts/beta/deposits', { depositId: `d${String(count)}`, amount: '1' });
    }
    await service.account('alpha');
    const elsewhere = await another().prove('account-beta');
    expect(elsewhere?.proof).toEqual({ index: proof.index, size: proof.size, path: proof.path });
    expect(elsewhere?.head.revision).toBe(1);
    expect(elsewhere?.checkpoint.root).toBe(made.root);
    expect(await another().prove('account-alpha')).toBeUndefined();
  });

  it('is not there before a checkpoint covers the account', async () => {
    await service.account('acme');
    expect(await readProof('acme')).toMatchObject({ code: 'checkpoint_not_found' });
    await make();
    await service.account('beta');
    expect(await readProof('beta')).toMatchObject({ code: 'checkpoint_not_found' });
  });
});

describe('the key that signs', () => {
  it('is followed by one that it announces, and stays listed', async () => {
    await service.account('acme');
    const first = await make();
    const [old] = ensureSigningKeys(join(folder, 'signing.key'));
    const young = pem();
    writeFileSync(join(folder, 'new.key'), young + readFileSync(join(folder, 'signing.key'), 'utf8'));
    await service.account('beta');
    const rotated = another({ keys: () => ensureSigningKeys(join(folder, 'new.key')) });
    const second = await rotated.make(nobody);
    expect(second?.keyId).toBe(new SigningKey(young).keyId);
    expect(second?.keyId).not.toBe(first.keyId);
    const { body } = await service.get<CheckpointList>('/v1/checkpoints');
    expect(body.keys).toMatchObject([
      { keyId: old?.keyId, announcedBy: null },
      { keyId: second?.keyId, announcedBy: old?.keyId },
    ]);
    expect(await errors()).toEqual([]);
    // The key of before does not come back.
    await service.account('gamma');
    expect((await service.ask('POST', '/v1/checkpoints')).body).toMatchObject({ code: 'foreign_signing_key' });
  });

  it('is not replaced by one that nobody has announced', async () => {
    await service.account('acme');
    await make();
    await service.account('beta');
    const stranger = another({ keys: () => [new SigningKey(pem())] });
    const before = await service.events();
    await expect(stranger.make(nobody)).rejects.toMatchObject({ name: 'ForeignKey' });
    expect(await service.events()).toBe(before);
  });
});

describe('an export', () => {
  const body = { exportId: 'e1', events: 7, digest: 'a'.repeat(64), accounts: ['acme'] };

  it('is written down once, with who made it', async () => {
    const key = await service.key(['auditor']);
    const first = await service.post('/v1/exports', body, { key });
    expect(first).toMatchObject({ status: 201, body: { ...body, from: null, until: null } });
    const again = await service.post('/v1/exports', body, { key });
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect((await service.post('/v1/exports', { ...body, events: 8 }, { key })).body).toMatchObject({
      code: 'idempotency_conflict',
      field: 'events',
    });
    const logged = (await log()).filter(({ stream }) => stream === 'exports');
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]?.data ?? '')).toMatchObject({ by: first.body['by'], exportId: 'e1' });
  });

  it('is all that an auditor’s key can write', () => {
    const open = Object.entries<Route>(routes).filter(([, { scopes }]) => scopes.includes('auditor'));
    const posts = open.filter(([, { method }]) => method !== 'GET').map(([name]) => name);
    // A quote writes nothing.
    expect(posts.sort()).toEqual(['logExport', 'quote']);
  });

  it('of a key that is bound to accounts is of those accounts', async () => {
    const key = await service.key(['auditor'], { accountPrefixes: ['acme'] });
    expect((await service.post('/v1/exports', { ...body, exportId: 'e2' }, { key })).status).toBe(201);
    const wider = { exportId: 'e3', events: 7, digest: body.digest };
    expect((await service.post('/v1/exports', wider, { key })).status).toBe(403);
    expect((await service.post('/v1/exports', { ...wider, accounts: ['ac'] }, { key })).status).toBe(403);
  });
});
