/**
 * `npm run bench -- attack`: what a client can do to others. 200 freezes a second go to other accounts with another key while
 * each attack runs; told are how many of them were refused (none may be), how long they took beside the same without an
 * attack, how health answered, and how much memory the service took.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { openLoop } from './open-loop.mjs';

const freezesPerSecond = 200;
const calmAccounts = 100;
const seconds = Number(process.env.ATTACK_SECONDS ?? 8);

/** How often health is asked, in ms. */
const healthEveryMs = 200;

/** @param ledger its `url`, `pid`, and the `adminKey` that makes the keys of both sides. */
export async function attack({ url, pid, adminKey }) {
  const target = new Target(url);
  const admin = caller(url, adminKey);
  for (let number = 0; number < calmAccounts; number += 1) await openAccount(admin, `calm-${number}`);
  await openAccount(admin, 'foe');
  const prefixes = { accountPrefixes: ['calm-'] };
  const calm = (await admin('/v1/keys', { name: 'calm', scopes: ['gateway'], ...prefixes })).key;
  const foe = (
    await admin('/v1/keys', { name: 'foe', scopes: ['gateway', 'operator', 'auditor'], accountPrefixes: ['foe'] })
  ).key;
  let runs = 0;
  const measured = async (name, work) => {
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
    const noted = await work(target, foe, over);
    const figures = await freezes;
    target.leave();
    return row(name, figures, await health.stop(), memory.stop(), noted);
  };
  console.log(`${freezesPerSecond} freezes/s on other accounts, ${seconds} s an attack`);
  console.log(
    'attack                                    refused    p50 ms    p99 ms   health (not 200, longest)    memory',
  );
  await measured('warm', () => undefined);
  const still = await measured('none', () => undefined);
  const results = [];
  for (const [name, work] of Object.entries(attacks)) results.push(await measured(name, work));
  const worst = results.reduce((left, right) => (right.p99 > left.p99 ? right : left));
  console.log(
    `longest p99 ${worst.p99.toFixed(1)} ms (${worst.name}), ${(worst.p99 / still.p99).toFixed(1)} times that without`,
  );
  const refused = results.reduce((sum, one) => sum + one.refused, 0);
  console.log(refused === 0 ? 'nothing of the others was refused' : `${refused} freezes of others were refused`);
}

const attacks = {
  'A.1 sent ahead, no answer read': async (target, _, over) => {
    do {
      const socket = await target.deaf();
      socket.write(get('/openapi.json').repeat(1_100));
      await pause(100);
    } while (Date.now() < over);
  },
  'A.1 metrics sent ahead': async (target, _, over) => {
    do {
      (await target.deaf()).write(get('/metrics').repeat(1_100));
      await pause(100);
    } while (Date.now() < over);
  },
  'A.1 bodies that do not come, no key': async (target, _, over) => {
    for (let count = 0; count < 1_500 && Date.now() < over; count += 1) {
      const path = count % 2 === 0 ? '/v1/channels/reference/notifications' : '/nowhere';
      (await target.open()).write(post(path, undefined, '{', 500));
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 bodies that do not come': async (target, key, over) => {
    for (let count = 0; count < 1_500 && Date.now() < over; count += 1) {
      (await target.open()).write(post('/v1/accounts/foe/holds', key, '{', 500));
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 batches that do not come': async (target, key, over) => {
    for (let count = 0; count < 64; count += 1) {
      (await target.open()).write(post('/v1/batch', key, '{"operations":['.padEnd(100_000), 8_000_000));
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 answers that nobody reads': async (target, key, over) => {
    for (let count = 0; count < 1_000 && Date.now() < over; count += 1) {
      (await target.deaf()).write(get('/v1/accounts/foe/events?limit=1000', key).repeat(8));
      await pause(5);
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 clients that leave at once': async (target, key, over) => {
    while (Date.now() < over) {
      const socket = await target.open();
      socket.write(get('/v1/accounts/foe/events?limit=1000', key).repeat(50), () => socket.destroy());
      await pause(10);
    }
  },
  'A.2 a statement of the year 9999': repeated((key) => get('/v1/accounts/foe/statements/9999-11', key)),
  'A.3 brackets, 4 million, closed': repeated((key) => {
    const depth = 4_000_000 - 100;
    return post('/v1/batch', key, '['.repeat(depth / 2) + ']'.repeat(depth / 2));
  }),
  'A.3 brackets, 8 million, unclosed': repeated((key) => post('/v1/batch', key, '['.repeat(8_000_000))),
  'A.5 freezes with 11 KB of metadata': async (target, key, over) => {
    const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, '\u00e9'.repeat(290)]));
    const socket = await target.open();
    let count = 0;
    while (Date.now() < over) {
      count += 1;
      const body = JSON.stringify({ holdId: `m${process.pid}-${count}`, amount: '0.01', metadata });
      socket.write(post('/v1/accounts/foe/holds', key, body));
      if (count % 20 === 0) await pause(10);
    }
    return `${count} sent`;
  },
};

/** Five at a time on one connection, again and again. */
function repeated(textOf) {
  return async (target, key, over) => {
    let count = 0;
    do {
      const socket = await target.open();
      let left = 5;
      const done = new Promise((resolve) => {
        socket.on('data', (piece) => {
          left -= piece.split('HTTP/1.1 ').length - 1;
          if (left <= 0) resolve();
        });
        socket.once('close', resolve);
      });
      socket.write(textOf(key).repeat(5));
      await done;
      count += 5;
      socket.destroy();
    } while (Date.now() < over);
    return `${count} asked`;
  };
}

/** Opens connections and keeps them until the attack is over. */
class Target {
  #at;
  #sockets = [];

  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#at = { host: hostname, port: Number(port) };
  }

  open() {
    return new Promise((resolve) => {
      const socket = connect(this.#at);
      socket.setEncoding('latin1');
      socket.on('data', () => undefined);
      socket.on('error', () => resolve(socket));
      socket.once('connect', () => resolve(socket));
      this.#sockets.push(socket);
    });
  }

  /** A connection from which nothing is read. */
  async deaf() {
    const socket = await this.open();
    socket.pause();
    return socket;
  }

  leave() {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }
}

function get(path, key) {
  return `GET ${path} HTTP/1.1\r\nhost: foe\r\n${authorization(key)}\r\n`;
}

function post(path, key, body, length = Buffer.byteLength(body)) {
  return `POST ${path} HTTP/1.1\r\nhost: foe\r\n${authorization(key)}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

function authorization(key) {
  return key === undefined ? '' : `authorization: Bearer ${key}\r\n`;
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
