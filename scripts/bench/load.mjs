/** Closed-loop load of freezes, or of freezes and settles: wrk where it is installed, else autocannon. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { zipfSlots } from './zipf.mjs';

const connections = 64;

/** How many freezes ago what is settled was frozen, so that it has been answered even if one connection is slow. */
const settledBehind = 512;

export const generator = spawnSync('wrk', ['-v']).error === undefined ? 'wrk' : 'autocannon';

/** Sends freezes to `accounts` accounts, and tells how many were answered, how many with a refusal, and how fast. */
export function freezes(wanted) {
  return generator === 'wrk' ? byWrk(wanted) : byAutocannon(wanted);
}

async function byWrk({ url, key, run, accounts, seconds, settles = false, zipf = false }) {
  const script = fileURLToPath(new URL('freeze.lua', import.meta.url));
  const load = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}`,
    '-s',
    script,
    url,
    '--',
    key,
    run,
    String(accounts),
    settles ? 'settles' : '',
    zipf ? 'zipf' : '',
  ];
  const child = spawn('wrk', load, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const piece of child.stdout) text += piece;
  const figures = JSON.parse(text.trim().split('\n').at(-1));
  return { ...figures, perSecond: figures.requests / figures.seconds };
}

async function byAutocannon({ url, key, run, accounts, seconds, settles = false, zipf = false }) {
  const slots = zipf ? zipfSlots(accounts) : undefined;
  const numberAccount = (number) =>
    slots === undefined ? (number * 7919) % accounts : slots[(number * 7919) % slots.length];
  let count = 0;
  let turn = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        setupRequest: (request) => {
          turn += 1;
          const settled = count - settledBehind;
          if (settles && turn % 2 === 0 && settled > 0) {
            const path = `/v1/accounts/bench-${numberAccount(settled)}/holds/${run}-${settled}/settle`;
            return { ...request, path, body: '{"outcome":"match"}' };
          }
          count += 1;
          const body = `{"holdId":"${run}-${count}","product":"face-verify"}`;
          return { ...request, path: `/v1/accounts/bench-${numberAccount(count)}/holds`, body };
        },
      },
    ],
  });
  return {
    requests: result.requests.total,
    failed: result.non2xx + result.errors,
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}
