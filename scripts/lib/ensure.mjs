/** What has to be there before anything else of the repo can run. Plain Node 20 or newer, no dependencies. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const stamp = join(root, 'node_modules', '.holdfast-lock');

/** The environment in which the pinned Node and the installed tools are found first. */
export const pinned = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
};

const installTriesMax = 3;

/** Runs a command in the repo and ends this process with its exit code if it fails. */
export function run(command, args, env = pinned) {
  const { status } = start(command, args, env);
  if (status !== 0) process.exit(status ?? 1);
}

function start(command, args, env) {
  const outcome = spawnSync(command, args, { cwd: root, stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (outcome.error !== undefined) console.error(`${command}: ${outcome.error.message}`);
  return outcome;
}

/** Installs the dependencies unless those of the present lock file are installed already. */
export function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing what is missing (npm ci) …');
  install();
  writeFileSync(stamp, lock);
}

/** A registry that falls silent in mid-download is common and passing; npm itself gives up at once. */
function install() {
  for (let triesLeft = installTriesMax - 1; ; triesLeft -= 1) {
    const { status } = start(
      'npm',
      ['ci', '--loglevel=error', '--fetch-timeout=60000', '--fetch-retries=4'],
      process.env,
    );
    if (status === 0) return;
    if (triesLeft === 0) process.exit(status ?? 1);
    console.log('The installation failed; trying again …');
  }
}

/** Builds the apps unless nothing that goes into them is newer than the last build. */
export function ensureBuilt() {
  const built = join(root, 'dist', '.built');
  const inputs = ['apps', 'libs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  if (existsSync(built) && inputs.every((name) => newest(join(root, name)) < statSync(built).mtimeMs)) return;
  console.log('Building …');
  run('nest', ['build', 'api']);
  writeFileSync(built, '');
}

/** When a file, or anything in a folder, was last changed; in ms since 1970. */
function newest(place) {
  const found = statSync(place);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(place).map((name) => newest(join(place, name))));
}
