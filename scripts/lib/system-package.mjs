/** Programs of others that tests run. Plain Node 20 or newer, no dependencies. */
import { spawnSync } from 'node:child_process';

/** How each package manager installs a package; the first that is there is used. */
const installers = [
  { manager: 'apt-get', commands: (name) => [['update'], ['install', '--yes', '--no-install-recommends', name]] },
  { manager: 'apk', commands: (name) => [['add', name]] },
  { manager: 'dnf', commands: (name) => [['install', '--assumeyes', name]] },
];

/** Whether a program answers when it is asked for its version. */
export function runs(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Installs what a test needs if it is missing and this process may: only as root, as in a container or a CI. Elsewhere it
 * says what to install.
 *
 * @param {{ command: string, packages: Record<string, string>, missing: string }} wanted the package by its manager.
 */
export function ensureProgram({ command, packages, missing }) {
  if (runs(command)) return;
  const installer = process.getuid?.() === 0 ? installers.find(({ manager }) => runs(manager)) : undefined;
  const name = installer === undefined ? undefined : packages[installer.manager];
  if (name !== undefined) {
    console.log(`Installing ${name} (${installer.manager}) …`);
    for (const args of installer.commands(name))
      spawnSync(installer.manager, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  if (!runs(command)) console.error(missing);
}
