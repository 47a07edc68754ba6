/** The Redis that tests start for themselves. Plain Node 20 or newer, no dependencies. */
import { ensureProgram, runs } from './system-package.mjs';

/** What somebody has to be told who lacks it. */
export const redisServerMissing =
  'redis-server is not installed; it comes with: apt-get install redis-server (Debian, Ubuntu), ' +
  'apk add redis (Alpine), dnf install redis (Fedora) or brew install redis (macOS)';

export function hasRedisServer() {
  return runs('redis-server');
}

/** Installs redis-server if it is missing and this process may; the tests that need it say the same if it stays away. */
export function ensureRedisServer() {
  ensureProgram({
    command: 'redis-server',
    packages: { 'apt-get': 'redis-server', apk: 'redis', dnf: 'redis' },
    missing: redisServerMissing,
  });
}
