/** The Redis that tests start for themselves. Plain Node 20 or newer, no dependencies. */
import { spawnSync } from 'node:child_process';

/** What brings it, by the system's package manager; the first that is there is used. */
const installers = [
  { manager: 'apt-get', commands: [['update'], ['install', '--yes', '--no-install-recommends', 'redis-server']] },
  { manager: 'apk', commands: [['add', 'redis']] },
  { manager: 'dnf', commands: [['install', '--assumeyes', 'redis']] },
];

/** What somebody has to be told who lacks it. */
export const redisServerMissing =
  'redis-server is not installed; it comes with: apt-get install redis-server (Debian, Ubuntu), ' +
  'apk add redis (Alpine), dnf install redis (Fedora) or brew install redis (macOS)';

export function hasRedisServer() {
  return runs('redis-server');
}

/**
 * Installs redis-server if it is missing and this process may: only as root, as in a container or a CI. Elsewhere it
 * says what to install and leaves the rest to the tests that need it, which then say the same.
 */
export function ensureRedisServer() {
  if (hasRedisServer()) return;
  const installer = process.getuid?.() === 0 ? installers.find(({ manager }) => runs(manager)) : undefined;
  if (installer !== undefined) {
    console.log(`Installing redis-server (${installer.manager}) …`);
    for (const args of installer.commands)
      spawnSync(installer.manager, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  if (!hasRedisServer()) console.error(redisServerMissing);
}

function runs(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}
