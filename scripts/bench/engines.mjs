/** Other ways to set a ledger up, measured where what they need is there: leases in Redis, events in KurrentDB. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasRedisServer } from '../lib/redis-server.mjs';

/** Empty variables count as not set: the ledger of the other rows has neither, whatever the environment says. */
export const alone = { KURRENTDB_URL: '', REDIS_URL: '' };

/** Each with its name in the table, what its ledger has in its environment, and how to end what was started for it. */
export async function otherEngines() {
  const engines = [];
  if (hasRedisServer()) {
    const redis = await startRedis();
    engines.push({ name: 'Redis leases', environment: { ...alone, REDIS_URL: redis.url }, stop: redis.stop });
  } else console.log('no row with Redis leases: there is no redis-server on this machine');
  if (process.env.KURRENTDB_URL) {
    // A ledger of its own in the server, which stays there.
    const HOLDFAST_NAMESPACE = `bench-${Date.now().toString(36)}`;
    const environment = { ...alone, KURRENTDB_URL: process.env.KURRENTDB_URL, HOLDFAST_NAMESPACE };
    engines.push({ name: 'KurrentDB', environment, stop: () => undefined });
  } else console.log('no row with KurrentDB: KURRENTDB_URL names no server');
  return engines;
}

async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-redis-'));
  const port = String(await freePort());
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', settings, { stdio: 'ignore' });
  // A ledger goes on without a Redis that is slow to start, and finds it within its warm-up.
  await pause(500);
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
