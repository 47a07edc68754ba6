/** `npm test`: installs what is missing, then runs every test (or those named by the arguments) under the pinned Node. */
import { ensureInstalled, run } from './lib/ensure.mjs';
import { ensureHledger } from './lib/hledger.mjs';
import { ensureRedisServer } from './lib/redis-server.mjs';

ensureInstalled();
ensureRedisServer();
ensureHledger();
const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
// What the caller names comes first: --reporters takes every word that follows it.
run('node', [...jest, ...process.argv.slice(2), '--reporters=default', '--reporters=./scripts/lib/closing-line.mjs']);
