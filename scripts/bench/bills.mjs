/**
 * A bill run over accounts that were busy on one day: `node scripts/bench/bills.mjs`, with BENCH_ACCOUNTS (1 000) and
 * BENCH_EVENTS of each on that day (100); 10 000 x 1 000 is the most that was thought of. The day is yesterday: its events
 * go through the ledger's own routes while its clock is set back. Then a ledger that restarts bills them all. Its
 * memory at the peak is that of the whole process, from its start on, and is told where there is /proc.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinned, root } from '../lib/ensure.mjs';
import { connectClient } from './client.mjs';

const accounts = Number(process.env.BENCH_ACCOUNTS ?? 1_000);
const eventsEach = Number(process.env.BENCH_EVENTS ?? 100);
const pairsEach = Math.max(1, Math.floor((eventsEach - 2) / 2));
const adminKey = randomBytes(32).toString('hex');
const batchSize = 8_000;
const openersAtOnce = 64;
const batchesAtOnce = 2;
const hourMs = 3_600_000;
const progressEveryMs = 2_000;

ensureInstalled();
ensureBuilt();
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bills-'));
// One o'clock of yesterday in China, where the accounts are: the day has room for whatever the seeding takes.
const midnight = Math.floor((Date.now() + 8 * hourMs) / (24 * hourMs)) * 24 * hourMs - 8 * hourMs;
const begunAt = midnight - 23 * hourMs;
const date = new Date(begunAt + 8 * hourMs).toISOString().slice(0, 10);

let ledger = await start(begunAt - Date.now());
const seeding = performance.now();
await openAccounts();
await callAll();
const seeded = ((performance.now() - seeding) / 1_000).toFixed(0);
await stop();
say(`${accounts} accounts with ${2 + 2 * pairsEach} events each on ${date}, through the routes in ${seeded} s`);

ledger = await start(0);
const atStart = memory('VmRSS');
const begun = performance.now();
const watching = setInterval(() => void watch(), progressEveryMs);
let run;
do run = await ledger.ask('/v1/bill-runs', { date });
while (!run.done);
clearInterval(watching);
const seconds = (performance.now() - begun) / 1_000;
const peak = memory('VmHWM');
const { bills, failed } = await totals();
if (bills !== accounts || failed !== 0) throw new Error(`${bills} bills for ${accounts} accounts, ${failed} failed`);
const reading = performance.now();
const bill = await read(`/v1/accounts/bench-0/bills/${date}`);
const readMs = performance.now() - reading;
say(
  `${bills} bills in ${seconds.toFixed(1)} s, ${(bills / seconds).toFixed(0)} accounts/s; resident ${atStart} MB at the start, ${peak} MB at the peak; one bill of ${bill.lastRevision + 1} events read in ${readMs.toFixed(0)} ms`,
);
await stop();
rmSync(folder, { recursive: true });

/** @param offsetMs how far the ledger's clock is from the true one. */
async function start(offsetMs) {
  const clock = `const now = Date.now; Date.now = () => now() + ${offsetMs};`;
  const preload = offsetMs === 0 ? [] : [`--import=data:text/javascript,${encodeURIComponent(clock)}`];
  const env = {
    ...pinned,
    NODE_ENV: 'production',
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_PORT: '0',
    HOLDFAST_ADMIN_KEY: adminKey,
    HOLDFAST_BILLING: 'false',
    LOG_LEVEL: 'warn',
  };
  const child = spawn('node', [...preload, 'dist/apps/api/src/main.js'], {
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

async function openAccounts() {
  let next = 0;
  const opener = async () => {
    while (next < accounts) {
      const accountId = `bench-${next}`;
      next += 1;
      await ledger.ask('/v1/accounts', { accountId, priceBook: 'dcloud-2023', limits: { openHolds: 10_000_000 } });
      await ledger.ask(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '100000000' });
      progress(`${next} accounts opened`);
    }
  };
  await Promise.all(Array.from({ length: openersAtOnce }, opener));
}

/** Every call of every account: freezes by the batch, each batch settled by the next. */
async function callAll() {
  const calls = accounts * pairsEach;
  let next = 0;
  const sender = async () => {
    while (next < calls) {
      const first = next;
      next = Math.min(calls, next + batchSize);
      const batch = Array.from({ length: next - first }, (_, index) => {
        const number = first + index;
        return { accountId: `bench-${number % accounts}`, holdId: `h${number}` };
      });
      await send(batch.map((call) => ({ op: 'freeze', ...call, product: 'face-verify' })));
      await send(batch.map((call) => ({ op: 'settle', ...call, outcome: 'match' })));
      progress(`${((2 * next) / 1e6).toFixed(2)} M events of calls`);
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, sender));
}

/** Sends again what the ledger had no room for. */
async function send(operations) {
  for (let left = operations; left.length > 0;) {
    const { results } = await ledger.ask('/v1/batch', { operations: left });
    const failed = results.find(({ status, body }) => status >= 300 && body.code !== 'overloaded');
    if (failed !== undefined) throw new Error(JSON.stringify(failed));
    left = left.filter((_, index) => results[index].status >= 300);
  }
}

async function watch() {
  const { bills: issued } = await totals();
  progress(`${issued} of ${accounts} accounts billed, resident ${memory('VmRSS')} MB`);
}

/** What bill runs of this process have done. */
async function totals() {
  const text = await (await fetch(`${ledger.url}/metrics`)).text();
  const of = (name) => Number(new RegExp(`^holdfast_bill_runs_${name}_total (\\d+)$`, 'm').exec(text)?.[1]);
  return { bills: of('bills'), failed: of('failed') };
}

async function read(path) {
  const answer = await fetch(`${ledger.url}${path}`, { headers: { authorization: `Bearer ${adminKey}` } });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

/** In MB; `unknown` where there is no /proc. */
function memory(name) {
  const status = `/proc/${ledger.child.pid}/status`;
  if (!existsSync(status)) return 'unknown';
  return Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(status, 'utf8'))?.[1]) / 1_024);
}

function say(text) {
  progress('');
  console.log(text);
}

function progress(text) {
  if (process.stdout.isTTY) process.stdout.write(`\r${text.padEnd(70)}${text === '' ? '\r' : ''}`);
}
