/**
 * `npm run bench`: freezes and settles per second over HTTP, each durable before its answer, beside a bare Fastify route on
 * the same machine in the same run; latency at fixed rates; the batch route; a storm of expiries; a restart and an audit of
 * all that. docs/performance.md says what came out. BENCH_ROUNDS and BENCH_SECONDS make it longer or shorter, and with
 * BENCH_TABLE=only it ends after the table. With a redis-server, and with KURRENTDB_URL, there are rows with them.
 * `npm run bench -- attack` tells instead what attacks by one client do to the freezes of others.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinned, root } from './lib/ensure.mjs';

ensureInstalled();
ensureBuilt();
const { freezes, generator } = await import('./bench/load.mjs');
const { batchBurst } = await import('./bench/batch-burst.mjs');
const { connectClient } = await import('./bench/client.mjs');
const { alone, otherEngines } = await import('./bench/engines.mjs');
const { openLoop } = await import('./bench/open-loop.mjs');
const { processorMs } = await import('./bench/processor-time.mjs');
const { storm } = await import('./bench/storm.mjs');

const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 6);
const adminKey = randomBytes(32).toString('hex');
const spreadOver = 1_000;

let rates = 0;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const ledgerEnvironment = {
  ...alone,
  HOLDFAST_DATA_DIR: folder,
  HOLDFAST_PORT: '0',
  HOLDFAST_ADMIN_KEY: adminKey,
  LOG_LEVEL: 'warn',
};
const ledger = launch('dist/apps/api/src/main.js', ledgerEnvironment);
const ledgerUrl = await ledger.ready;
if (process.argv[2] === 'attack') {
  const { attack } = await import('./bench/attack.mjs');
  await attack({ url: ledgerUrl, pid: ledger.child.pid, adminKey });
  await stop(ledger);
  rmSync(folder, { recursive: true });
  process.exit(0);
}
await openAccounts(ledgerUrl);
const sample = await post(ledgerUrl, '/v1/accounts/bench-0/holds', { holdId: 'sample', product: 'face-verify' });
const bare = launch('scripts/bench/bare.mjs', { BARE_ANSWER: JSON.stringify(sample) });
const bareUrl = await bare.ready;

const ask = connectClient(ledgerUrl, adminKey);

const scenarios = {
  'bare Fastify': { pid: bare.child.pid, url: bareUrl, accounts: spreadOver },
  [`freeze, ${spreadOver} accounts`]: { pid: ledger.child.pid, url: ledgerUrl, accounts: spreadOver },
  'freeze, one account': { pid: ledger.child.pid, url: ledgerUrl, accounts: 1 },
  'freezes and settles in turn': { pid: ledger.child.pid, url: ledgerUrl, accounts: spreadOver, settles: true },
  'freeze, Zipf': { pid: ledger.child.pid, url: ledgerUrl, accounts: spreadOver, zipf: true },
};
const results = new Map();
await measureAll(Object.keys(scenarios));
for (const engine of await otherEngines()) await measureOn(engine);
report();
if (process.env.BENCH_TABLE === 'only') {
  await stop(bare);
  await stop(ledger);
  rmSync(folder, { recursive: true });
  process.exit(0);
}
console.log('\nopen loop, from the moment in which a request was due to its answer:');
for (const perSecond of [1_000, 5_000]) {
  const { p50, p99, max } = await atRate({ perSecond });
  const base = await atRate({ perSecond, url: bareUrl });
  console.log(
    `freezes at ${perSecond}/s  p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(max)}; bare Fastify p50 ${ms(base.p50)}, p99 ${ms(base.p99)}`,
  );
}
await reportOverload();
const burst = await batchBurst(ask, spreadOver);
console.log(
  `batch route, ${burst.operations} freezes a request, ${burst.holds} in all: ${burst.perSecond.toFixed(0)}/s`,
);
reportStorm(await storm({ ask, folder }));

await stop(bare);
await stop(ledger);
const begun = performance.now();
const again = launch('dist/apps/api/src/main.js', ledgerEnvironment);
await again.ready;
const readyMs = performance.now() - begun;
await stop(again);
const audit = audited();
const hashes = audited('--hashes');
console.log(`\n${audit.events} events: ready after a restart in ${(readyMs / 1_000).toFixed(1)} s;`);
console.log(`replay and verify, rules and read models: ${toRow(audit)}`);
console.log(`replay and verify, hashes alone:    ${toRow(hashes)}`);
rmSync(folder, { recursive: true });

/** A run of `verify` with these options, its start included. */
function audited(...options) {
  const begun = performance.now();
  const words = ['dist/apps/auditor/src/main.js', 'verify', '--data', folder, ...options];
  const { stdout } = spawnSync('node', words, { cwd: root, env: pinned, encoding: 'utf8' });
  const seconds = (performance.now() - begun) / 1_000;
  const lines = stdout.trim().split('\n');
  return { seconds, events: Number(/^(\d+) events/.exec(lines.at(-2) ?? '')?.[1]), verdict: lines.at(-1) };
}

function toRow({ seconds, events, verdict }) {
  return `${seconds.toFixed(1)} s, ${(events / seconds).toFixed(0)}/s; ${verdict}`;
}

async function stop({ child }) {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Freezes (or the bare route) at a fixed rate. */
function atRate({ perSecond, url = ledgerUrl, connections }) {
  rates += 1;
  const run = `s${rates}`;
  const request = (number) => ({
    path: `/v1/accounts/bench-${number % spreadOver}/holds`,
    body: JSON.stringify({ holdId: `${run}-${number}`, product: 'face-verify' }),
  });
  return openLoop({ url, key: adminKey, request, perSecond, seconds, connections });
}

/** Twice what it can do, from 4 000 connections, and at once afterwards half of what it can do. */
async function reportOverload() {
  const peak = middle(`freeze, ${spreadOver} accounts`).perSecond;
  const over = await atRate({ perSecond: Math.round(2 * peak), connections: 4_000 });
  const after = await atRate({ perSecond: Math.round(peak / 2) });
  const perSecond = (status) => ((over.statuses.get(status) ?? 0) / over.lastedSeconds).toFixed(0);
  console.log(
    `asked for ${(2 * peak).toFixed(0)}/s: ${perSecond(201)}/s done (peak ${peak.toFixed(0)}), p50 ${ms(over.p50)}, p99 ${ms(over.p99)}; ${perSecond(503)}/s turned away, ${over.statuses.get(0) ?? 0} connections broken; then half the peak: p99 ${ms(after.p99)}`,
  );
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function launch(file, variables) {
  const env = { ...pinned, NODE_ENV: 'production', ...variables };
  const child = spawn('node', [file], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return { child, ready: once(child, 'message').then(([message]) => message.ready) };
}

async function measureAll(names) {
  for (const name of names) results.set(name, []);
  for (const name of names) await measured(name, 'warm', 2);
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) results.get(name).push(await measured(name, `r${round}`, seconds));
  }
}

/** The same freezes on a ledger that is set up otherwise, spread and on one account. */
async function measureOn({ name, environment, stop: stopEngine }) {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const other = launch('dist/apps/api/src/main.js', {
    ...ledgerEnvironment,
    ...environment,
    HOLDFAST_DATA_DIR: directory,
  });
  const url = await other.ready;
  await openAccounts(url);
  const { pid } = other.child;
  scenarios[`${name}, ${spreadOver} accounts`] = { pid, url, accounts: spreadOver };
  scenarios[`${name}, one account`] = { pid, url, accounts: 1 };
  await measureAll([`${name}, ${spreadOver} accounts`, `${name}, one account`]);
  await stop(other);
  await stopEngine();
  rmSync(directory, { recursive: true });
}

/** With the processor time that the route's process took for each request, in microseconds: steadier than rates are. */
async function measured(name, round, duration) {
  const number = Object.keys(scenarios).indexOf(name);
  const { pid, ...wanted } = scenarios[name];
  const before = processorMs(pid);
  const figures = await freezes({ ...wanted, key: adminKey, run: `${round}-${number}`, seconds: duration });
  return { ...figures, processorUs: ((processorMs(pid) - before) / figures.requests) * 1_000 };
}

/** Many at a time: a store elsewhere takes its time for each. */
async function openAccounts(url) {
  const limits = { openHolds: 10_000_000 };
  const open = async (number) => {
    const accountId = `bench-${number}`;
    await post(url, '/v1/accounts', { accountId, priceBook: 'dcloud-2023', limits });
    await post(url, `/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '100000000' });
  };
  for (let from = 0; from < spreadOver; from += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => open(from + index)));
  }
}

async function post(url, path, body) {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

function report() {
  const yardstick = middle('bare Fastify').perSecond;
  console.log(`\n${cpus().length} cores, ${generator}, 64 connections, median of ${rounds} rounds of ${seconds} s`);
  console.log('scenario                        per second   x bare    p50 ms    p99 ms   not 2xx    cpu us');
  for (const name of results.keys()) {
    const { perSecond, p50, p99, processorUs } = middle(name);
    const failed = results.get(name).reduce((sum, round) => sum + round.failed, 0);
    const rates = [perSecond.toFixed(0), (perSecond / yardstick).toFixed(2), p50.toFixed(2), p99.toFixed(2)];
    const columns = [...rates, failed, Number.isNaN(processorUs) ? '-' : processorUs.toFixed(0)];
    const [first, ...rest] = columns;
    console.log(name.padEnd(30) + String(first).padStart(12) + rest.map((text) => String(text).padStart(10)).join(''));
  }
}

function reportStorm({ openedMs, lateness, freezes: beside }) {
  const opened = ((100_000 / openedMs) * 1_000).toFixed(0);
  console.log(
    `\n100 000 holds on 1 000 accounts, opened through the batch route (${opened}/s), fall due within one second:`,
  );
  console.log(`released after their deadline  p50 ${lateness.p50} ms, p99 ${lateness.p99} ms, last ${lateness.max} ms`);
  console.log(`freezes beside it, 500/s       p50 ${beside.p50.toFixed(1)} ms, p99 ${beside.p99.toFixed(1)} ms`);
}

/** The round of median speed. */
function middle(name) {
  const sorted = [...results.get(name)].sort((left, right) => left.perSecond - right.perSecond);
  return sorted[Math.floor(sorted.length / 2)];
}
