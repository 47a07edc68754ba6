/**
 * `npm run dev`: the service from its source, without a build, started again after each change of apps/ or libs/. It uses
 * the port and the data of `npm start`, and sends no demo traffic. Options of Node may follow, e.g. `-- --inspect`.
 * Plain Node 20 or newer, no dependencies.
 *
 * Not `node --watch`: from the threads of the service it sends words of its own to those who started them.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureInstalled, pinned, pinnedNode, root } from './lib/ensure.mjs';

/** An editor or a `git checkout` changes many files in a row; in ms. */
const quietMs = 200;

const dataDirectory = resolve(process.env.HOLDFAST_DATA_DIR || join(root, 'data'));
const environment = { ...pinned, HOLDFAST_DATA_DIR: dataDirectory, LOG_LEVEL: process.env.LOG_LEVEL || 'warn' };
const command = ['--conditions=source', '--import=./test/support/from-source.ts', ...process.argv.slice(2)];

ensureInstalled();

let service;
let stopping = false;
let restarting = false;
let changed;

start();
for (const folder of ['apps', 'libs']) watch(join(root, folder), { recursive: true }, (_event, file) => noticed(file));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);

function start() {
  restarting = false;
  service = spawn(pinnedNode(), [...command, join('apps', 'api', 'src', 'main.ts')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: environment,
  });
  service.once('message', ({ ready }) => {
    console.log(`Holdfast is up at ${ready}, from its source, with its data in ${dataDirectory}; Ctrl-C stops it`);
  });
  service.once('exit', ended);
}

function noticed(file) {
  if (!/(?<![.]spec)[.]ts$/.test(file ?? '') || stopping) return;
  clearTimeout(changed);
  changed = setTimeout(restart, quietMs);
}

/** The service answers what it has begun before it ends; what changes until then is in the next one, too. */
function restart() {
  if (restarting) return;
  console.log('Changed; starting again …');
  if (!runs()) return start();
  restarting = true;
  service.kill('SIGTERM');
}

function ended(code, signal) {
  if (stopping) process.exit();
  if (restarting) return start();
  console.error(`The service has ended (${code ?? signal}); a change starts it again.`);
}

function stop() {
  stopping = true;
  if (!runs()) process.exit();
  service.kill('SIGTERM');
}

function runs() {
  return service.exitCode === null && service.signalCode === null;
}
