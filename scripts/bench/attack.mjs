/**
 * `npm run bench -- attack`: what a client can do to others. 200 freezes a second go to other accounts with another key while
 * each attack runs; told are how many of them were refused (none may be), how long they took beside the same without an
 * attack, how health answered, and how much memory the service took.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { attacks } from './attacks.mjs';
import { openLoop } from './open-loop.mjs';

const freezesPerSecond = 200;
const calmAccounts = 100;
const seconds = Number(process.env.ATTACK_SECONDS ?? 8);

/** How often health is asked, in ms. */
const healthEveryMs = 200;

/** @param ledger its `url`, `pid`, and the `adminKey` that makes the keys of both sides. */
export async function attack({ url, pid, adminKey }) {
  const admin = caller(url, adminKey);
  for (let number = 0; number < calmAccounts; number += 1) await openAccount(admin, `calm-${number}`);
  await openAccount(admin, 'foe');
  const prefixes = { accountPrefixes: ['calm-'] };
  const calm = (await admin('/v1/keys', { name: 'calm', scopes: ['gateway'], ...prefixes })).key;
  const foe = (
    await admin('/v1/keys', { name: 'foe', scopes: ['gateway', 'operator', 'auditor'], accountPrefixes: ['foe'] })
  ).key;
  const attacker = new Attacker(url, foe);
  let runs = 0;
  const measured = async (name, begin) => {
    runs += 1;
    const run = runs;
    const request = (number) => ({
      path: `/v1/accounts/calm-${number % calmAccounts}/holds`,
      body: JSON.stringify({ holdId: `a${run}-${number}`, amount: '0.01' }),
    });
    const health = watchHealth(url);
    const memory = watchMemory(pid);
    const freezes = openLoop({ url, key: calm, request, perSecond: freezesPerSecond, seconds, connections: 32 });
    const over = Date.now() + seconds * 1_000;
    const noted = await begin(over);
    const figures = await freezes;
    attacker.leave();
    return row(name, figures, await health.stop(), memory.stop(), noted);
  };
  console.log(`${freezesPerSecond} freezes/s on other accounts, ${seconds} s an attack`);
  console.log(
    'attack                                    refused    p50 ms    p99 ms   health (not 200, longest)    memory',
  );
  await measured('warm', () => undefined);
  const still = await measured('none', () => undefined);
  const results = [];
  for (const name of Object.keys(attacks)) results.push(await measured(name, (over) => attacker.run(name, over)));
  attacker.stop();
  const worst = results.reduce((left, right) => (right.p99 > left.p99 ? right : left));
  console.log(
    `longest p99 ${worst.p99.toFixed(1)} ms (${worst.name}), ${(worst.p99 / still.p99).toFixed(1)} times that without`,
  );
  const refused = results.reduce((sum, one) => sum + one.refused, 0);
  console.log(refused === 0 ? 'nothing of the others was refused' : `${refused} freezes of others were refused`);
}

/** The process of attacker.mjs. */
class Attacker {
  #child;
  #ended;

  constructor(url, key) {
    const env = { ...process.env, ATTACK_URL: url, ATTACK_KEY: key };
    this.#child = fork(fileURLToPath(new URL('attacker.mjs', import.meta.url)), { env });
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the attacker ended with ${code}`);
    });
    this.#ended.catch(() => undefined);
  }

  /** Runs an attack to its end, and leaves its connections open. */
  async run(attack, over) {
    this.#child.send({ attack, over });
    const [{ noted }] = await Promise.race([once(this.#child, 'message'), this.#ended]);
    return noted;
  }

  /** Ends its connections. */
  leave() {
    this.#child.send({});
  }

  stop() {
    this.#child.disconnect();
  }
}

function caller(url, key) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return async (path, body) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
}

async function openAccount(admin, accountId) {
  await admin('/v1/accounts', { accountId, limits: { openHolds: 10_000_000 } });
  await admin(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '1000000' });
}

/** Asks health again and again, each time over a connection of its own. */
function watchHealth(url) {
  let asked = 0;
  let failed = 0;
  let longest = 0;
  let isOver = false;
  const run = (async () => {
    while (!isOver) {
      const begun = performance.now();
      asked += 1;
      const headers = { connection: 'close' };
      const ok = await fetch(`${url}/health/ready`, { headers }).then(
        (answer) => answer.ok,
        () => false,
      );
      if (!ok) failed += 1;
      longest = Math.max(longest, performance.now() - begun);
      await pause(healthEveryMs);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await run;
      return { asked, failed, longest };
    },
  };
}

/** The most memory that the service had at once, in MiB; where the system tells. */
function watchMemory(pid) {
  let most = 0;
  const look = () => {
    try {
      const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      most = Math.max(most, Number(pages ?? 0) / 1_024);
    } catch {
      most = Number.NaN;
    }
  };
  const timer = setInterval(look, 100);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

function row(name, { statuses, p50, p99 }, health, memory, noted = '') {
  const refused = [...statuses].reduce((sum, [status, count]) => sum + (status === 201 ? 0 : count), 0);
  const columns = [String(refused).padStart(8), p50.toFixed(1).padStart(10), p99.toFixed(1).padStart(10)];
  const told = `${health.failed} of ${health.asked}, ${health.longest.toFixed(0)} ms`.padStart(24);
  console.log(`${name.padEnd(40)}${columns.join('')}${told}   ${memory.toFixed(0)} MiB  ${noted}`);
  return { name, refused, p99 };
}
