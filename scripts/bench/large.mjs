/**
 * A ledger grown through its own routes, for what depends on size: memory, speed, start. Takes long and is not part of
 * `npm run bench`: `node scripts/bench/large.mjs`, with BENCH_ACCOUNTS (100 000) and BENCH_STAGES, in millions of events
 * ("1,5,10"). Most holds are settled by the next batch but one, so that some 16 000 are open at any time.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned, root } from '../lib/ensure.mjs';
import { connectClient } from './client.mjs';
import { freezes } from './load.mjs';

const accounts = Number(process.env.BENCH_ACCOUNTS ?? 100_000);
const stages = (process.env.BENCH_STAGES ?? '1,5,10').split(',').map((millions) => Number(millions) * 1_000_000);
const adminKey = randomBytes(32).toString('hex');
const batchSize = 8_000;
const openersAtOnce = 64;
const batchesAtOnce = 2;
const loadSeconds = 6;

const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-large-'));
let ledger = await start();
await openAccounts(0, 1_000);
await speed('empty, warming');
const empty = await speed('empty');
await openAccounts(1_000, accounts);
let events = 2 * accounts;
let batch = 0;
for (const stage of stages) {
  await grow(stage);
  await speed('warming');
  const { perSecond } = await speed(`${events / 1e6} M events`);
  console.log(
    `${(events / 1e6).toFixed(1)} M events, ${accounts} accounts: ${(perSecond / empty.perSecond).toFixed(2)} x empty; resident ${memory()} MB; log ${size('events.db')} MB, views ${size('read-models-0.db')} MB`,
  );
  await restart();
}
await stop();
rmSync(folder, { recursive: true });

async function start() {
  const env = {
    ...pinned,
    NODE_ENV: 'production',
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_PORT: '0',
    HOLDFAST_ADMIN_KEY: adminKey,
    LOG_LEVEL: 'warn',
  };
  const child = spawn('node', ['dist/apps/api/src/main.js'], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ ready: url }] = await once(child, 'message');
  return { child, url, ask: connectClient(url, adminKey) };
}

async function stop() {
  ledger.child.kill('SIGTERM');
  await once(ledger.child, 'exit');
}

/** How long until it is ready, and until it has answered for an account that it has not touched yet. */
async function restart() {
  await stop();
  const begun = performance.now();
  ledger = await start();
  const ready = performance.now();
  await ledger.ask(`/v1/accounts/bench-${accounts - 1}/holds`, { holdId: `after-${events}`, amount: '1' });
  const answered = performance.now();
  console.log(
    `  ready after ${((ready - begun) / 1_000).toFixed(2)} s, first freeze ${(answered - ready).toFixed(0)} ms later, resident ${memory()} MB`,
  );
}

async function openAccounts(from, until) {
  let next = from;
  const opener = async () => {
    while (next < until) {
      const accountId = `bench-${next}`;
      next += 1;
      await ledger.ask('/v1/accounts', { accountId, priceBook: 'dcloud-2023', limits: { openHolds: 10_000_000 } });
      await ledger.ask(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '100000000' });
      if (next % 10_000 === 0) progress(`${next} accounts`);
    }
  };
  await Promise.all(Array.from({ length: openersAtOnce }, opener));
}

/** Freezes of one batch are settled by the one after the next. */
async function grow(until) {
  const sender = async () => {
    while (events < until) {
      const number = batch;
      batch += 1;
      events += batchSize;
      await send(number);
      if (number % 20 === 0) progress(`${(events / 1e6).toFixed(1)} M events, resident ${memory()} MB`);
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, sender));
}

async function send(number) {
  const half = batchSize / 2;
  const operations = Array.from({ length: batchSize }, (_, index) => {
    const freezing = index < half;
    const hold = (freezing ? number : number - batchesAtOnce) * half + (index % half);
    const accountId = `bench-${((hold < 0 ? 0 : hold) * 7919) % accounts}`;
    return freezing || hold < 0
      ? { op: 'freeze', accountId, holdId: `g${number}-${index}-${hold}`.slice(0, 60), product: 'face-verify' }
      : { op: 'settle', accountId, holdId: `g${number - batchesAtOnce}-${index % half}-${hold}`, outcome: 'match' };
  });
  const { results } = await ledger.ask('/v1/batch', { operations });
  const failed = results.find(({ status }) => status >= 300);
  if (failed !== undefined && failed.body.code !== 'overloaded') throw new Error(JSON.stringify(failed));
}

async function speed(name) {
  const figures = await freezes({
    url: ledger.url,
    key: adminKey,
    accounts: 1_000,
    run: `l${process.hrtime.bigint().toString(36)}`,
    seconds: loadSeconds,
  });
  console.log(`  freeze, 1 000 accounts, ${name}: ${figures.perSecond.toFixed(0)}/s, p99 ${figures.p99.toFixed(1)} ms`);
  return figures;
}

function memory() {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${ledger.child.pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

function size(name) {
  return Math.round(statSync(join(folder, name)).size / 1_048_576);
}

function progress(text) {
  if (process.stdout.isTTY) process.stdout.write(`\r${text.padEnd(60)}`);
}
