/**
 * `npm test`: installs what is missing, then runs every test under the pinned Node, or what the words after it name:
 * tiers (`npm test -- domain`), paths, and options of jest. A program of others is installed only if a test that runs
 * starts it.
 */
import { ensureInstalled, printed, run } from './lib/ensure.mjs';
import { ensureHledger, hasHledger } from './lib/hledger.mjs';
import { ensureRedisServer, hasRedisServer } from './lib/redis-server.mjs';
import { readWords, tiersThatNeed } from './lib/tiers.mjs';

const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const programs = [
  { program: 'redis-server', isThere: hasRedisServer, ensure: ensureRedisServer },
  { program: 'hledger', isThere: hasHledger, ensure: ensureHledger },
];

ensureInstalled();
const { named, rest } = readWords(process.argv.slice(2));
for (const { program, isThere, ensure } of programs) {
  if (!isThere() && anyNeeds(tiersThatNeed(program, named))) ensure();
}
// What the caller names comes first: --selectProjects and --reporters take every word that follows them.
const selected = named.length === 0 ? [] : ['--selectProjects', ...named];
run('node', [...jest, ...rest, ...selected, '--reporters=default', '--reporters=./scripts/lib/closing-line.mjs']);

/** Whether a test of these tiers is among those that the caller names; jest alone knows what its options leave out. */
function anyNeeds(tiers) {
  if (tiers.length === 0) return false;
  const narrowed = rest.filter((word) => !word.startsWith('--watch'));
  if (narrowed.length === 0) return true;
  const found = printed('node', [...jest, ...narrowed, '--listTests', '--json', '--selectProjects', ...tiers]);
  return found.trim() !== '[]';
}
