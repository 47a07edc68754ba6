/**
 * `npm start`: from a fresh clone to a ledger at work. Installs and builds what is missing, starts the service, sends it
 * the reference gateway's demo traffic (`--no-demo`: not), audits the result, and serves on until it is stopped.
 * Plain Node 20 or newer, no dependencies.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, ensureInstalled, pinned, root } from './lib/ensure.mjs';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--no-demo');
if (unknown.length > 0) {
  console.error(`${unknown.join(' ')}: npm start takes --no-demo and nothing else; the rest is set by variables`);
  process.exit(2);
}
const withDemo = !process.argv.includes('--no-demo');
const dataDirectory = resolve(process.env.HOLDFAST_DATA_DIR || join(root, 'data'));

ensureInstalled();
ensureBuilt();

const environment = { ...pinned, HOLDFAST_DATA_DIR: dataDirectory, LOG_LEVEL: process.env.LOG_LEVEL || 'warn' };
const children = new Set();
let stopping = false;

const service = start('api', [], environment);
service.once('exit', (code) => {
  if (!stopping) console.error('The service has ended; what it said is above.');
  process.exit(code ?? 1);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);

const url = await ready();
console.log(`Holdfast is up at ${url}, with its data in ${dataDirectory}`);
if (withDemo) await demo();

function start(app, args, env) {
  const child = spawn('node', [join('dist', 'apps', app, 'src', 'main.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Stops what runs; the service answers what it has begun and ends this process with it. */
function stop() {
  if (!stopping) console.log('\nStopping …');
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
}

/** Where the service listens, once it is ready. */
async function ready() {
  const [message] = await once(service, 'message');
  return message.ready;
}

async function demo() {
  const key = await demoKey();
  console.log(`
Demo key (gateway, operator, auditor):  ${key}
Admin key:                              ${adminKeyPlace()}

Try, while the demo runs or after it:
  curl -H 'Authorization: Bearer ${key}' ${url}/v1/accounts
  ${url}/docs   the routes, to read and to try
  Ctrl-C stops it; npm start goes on with the same data, npm run serve does without the demo.
`);
  await ended(start('gateway', [], { ...environment, HOLDFAST_URL: url, HOLDFAST_KEY: key }));
  if (!stopping) await ended(start('auditor', ['verify', '--data', dataDirectory], environment));
}

async function ended(child) {
  const [code] = await once(child, 'exit');
  if (code !== 0 && !stopping) console.error(`It ended with code ${code}.`);
}

/** The key of earlier demos if it still opens the routes, else a new one. */
async function demoKey() {
  const file = join(dataDirectory, 'demo.key');
  const known = readOr(file, undefined);
  if (known !== undefined && (await ask('/v1/accounts?limit=1', known)).ok) return known;
  const wanted = { name: 'demo', scopes: ['gateway', 'operator', 'auditor'] };
  const answer = await ask('/v1/keys', adminKey(), JSON.stringify(wanted));
  if (!answer.ok) throw new Error(`no demo key could be made: ${await answer.text()}`);
  const { key } = await answer.json();
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}

function ask(path, key, body) {
  const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) };
  return fetch(`${url}${path}`, { method: body ? 'POST' : 'GET', headers, body });
}

function adminKeyPlace() {
  if (process.env.HOLDFAST_ADMIN_KEY) return 'as you set it in HOLDFAST_ADMIN_KEY';
  return `in ${process.env.HOLDFAST_ADMIN_KEY_FILE || join(dataDirectory, 'admin.key')}`;
}

function adminKey() {
  if (process.env.HOLDFAST_ADMIN_KEY) return process.env.HOLDFAST_ADMIN_KEY;
  return readOr(process.env.HOLDFAST_ADMIN_KEY_FILE || join(dataDirectory, 'admin.key'), '');
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return otherwise;
  }
}
