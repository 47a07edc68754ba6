/**
 * `npm run test:kurrentdb`: what can be tested against a real server, against the one that KURRENTDB_URL names: the
 * store's contract, ledgers that share it, troubles of Redis beside it. It writes streams under names of their own.
 */
import { ensureInstalled, run } from './lib/ensure.mjs';

if (!process.env.KURRENTDB_URL) {
  console.error('KURRENTDB_URL is not set: it names the real server, e.g. kurrentdb://127.0.0.1:2113?tls=false');
  process.exit(2);
}
console.log('REAL SERVER: the tests run against the one that KURRENTDB_URL names.');
ensureInstalled();
const specs = [
  'libs/event-store/src/kurrentdb/kurrentdb-event-store.spec.ts',
  'test/process/replicas.spec.ts',
  'test/process/redis-troubles',
];
run('node', [
  'scripts/test.mjs',
  '-w',
  '1',
  ...specs,
  '-t',
  '(real KurrentDB|on kurrentdb|whose Redis|nobody touches)',
]);
