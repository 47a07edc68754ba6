/**
 * What an auditor's commands take on a large data directory: events/s, peak of resident memory, share of one core. Nothing
 * else should run on the machine: `npm run build`, then `node scripts/bench/audit.mjs <data directory>`, which has to be
 * one that no service has open (`scripts/bench/large.mjs` grows some). The bundle is written beside it, and deleted. Linux
 * only.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { pinned, root } from '../lib/ensure.mjs';

const [directory, ...wanted] = process.argv.slice(2);
if (directory === undefined) throw new Error('which data directory?');
const data = resolve(directory);
const bundle = `${data}.bundle`;
const sampleEveryMs = 100;
/** Clock ticks of /proc: 100 a second on every Linux that Node runs on. */
const ticksPerSecond = 100;

const events = countEvents();
const auditor = (...words) => ['node', 'dist/apps/auditor/src/main.js', ...words];
const commands = [
  ['verify --hashes', auditor('verify', '--hashes', '--data', data)],
  ['verify', auditor('verify', '--data', data)],
  ['diff', auditor('diff', '--data', data)],
  ['export', auditor('export', bundle, '--data', data)],
  ['verify <bundle>', auditor('verify', bundle)],
  ['verify_bundle.py', ['python3', 'docs/verify_bundle.py', bundle]],
];

console.log(`${events} events, log ${megabytes(join(data, 'events.db'))} MB`);
for (const [name, words] of commands) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { seconds, peakMb, cpuSeconds, code, told } = await measured(words);
  const share = ((100 * cpuSeconds) / seconds).toFixed(0);
  const rate = (events / seconds).toFixed(0);
  console.log(
    `${name.padEnd(17)} ${seconds.toFixed(1).padStart(7)} s  ${rate.padStart(8)} events/s  peak ${String(peakMb).padStart(5)} MB  ${share.padStart(4)} % of a core, ${((1e6 * cpuSeconds) / events).toFixed(1)} us of it an event  code ${code}: ${told}`,
  );
  if (name === 'export') console.log(`  bundle ${megabytes(bundle)} MB`);
}
if (wanted.length === 0) rmSync(bundle, { force: true });

/** Runs a command to its end, and looks at it now and then. */
async function measured([program, ...words]) {
  const begun = performance.now();
  const child = spawn(program, words, { cwd: root, env: pinned, stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    told = (told + piece).slice(-2_000);
  });
  let [running, peakMb, cpuSeconds] = [true, 0, 0];
  const ended = once(child, 'exit').then(([code]) => {
    running = false;
    return code;
  });
  while (running) {
    const usage = readUsage(child.pid);
    if (usage !== undefined) ({ peakMb, cpuSeconds } = usage);
    await Promise.race([ended, pause(sampleEveryMs)]);
  }
  const seconds = (performance.now() - begun) / 1_000;
  return { seconds, peakMb, cpuSeconds, code: await ended, told: told.trim().split('\n').at(-1) };
}

function readUsage(pid) {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    if (kilobytes === undefined) return undefined;
    return {
      peakMb: Math.round(kilobytes / 1_024),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    };
  } catch {
    return undefined;
  }
}

function countEvents() {
  const database = new DatabaseSync(join(data, 'events.db'), { readOnly: true });
  const last = database.prepare('SELECT position + count AS events FROM groups ORDER BY position DESC LIMIT 1').get();
  database.close();
  return last.events;
}

function megabytes(file) {
  return Math.round(statSync(file).size / 1_048_576);
}
