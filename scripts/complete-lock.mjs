/**
 * Adds to package-lock.json the optional platform packages that npm left out because the machine at hand could not get
 * them; `npm ci` refuses a lock that does not name them all. Asks the registry for the integrity of every package that
 * has none, so that npm verifies what it downloads on every platform. Run after every change of dependencies.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'openharmony', 'android', 'aix', 'sunos', 'openbsd', 'netbsd'];
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'wasm32', 'loong64', 'mips64el'];

/** What a package's name says of its platform, e.g. `@swc/core-linux-x64-musl`. */
function readPlatform(name) {
  const words = name.split(/[-/]/).map((word) => (word === 'win' ? 'win32' : word === 'armv7' ? 'arm' : word));
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  const libc = name.includes('musl') ? ['musl'] : name.includes('gnu') && os.includes('linux') ? ['glibc'] : undefined;
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc && { libc }) };
}

/** Adds what is missing to the lock and returns the names. */
export function completeLock(lock) {
  const added = [];
  for (const entry of Object.values({ ...lock.packages })) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const place = `node_modules/${name}`;
      if (place in lock.packages || !/^\d+\.\d+\.\d+/.test(range)) continue;
      lock.packages[place] = { version: range, optional: true, ...readPlatform(name) };
      added.push(name);
    }
  }
  return added;
}

/** Names and versions of the packages that npm would install without verifying them. */
export function unverified(lock) {
  return Object.entries(lock.packages)
    .filter(([place, { integrity, link }]) => place !== '' && integrity === undefined && link !== true)
    .map(([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/') + 13)}@${version}`);
}

/** What the registry says a package's file hashes to; undefined where it does not have this version. */
function readIntegrity(spec) {
  const { status, stdout } = spawnSync('npm', ['view', spec, 'dist.integrity'], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('sha512-') ? stdout.trim() : undefined;
}

/** Fills in the integrity of what has none; returns what the registry does not know. */
function verify(lock) {
  const unknown = new Set(unverified(lock));
  for (const spec of [...unknown]) {
    const integrity = readIntegrity(spec);
    if (integrity === undefined) continue;
    unknown.delete(spec);
    const at = spec.lastIndexOf('@');
    const place = `node_modules/${spec.slice(0, at)}`;
    const { version, ...rest } = lock.packages[place];
    lock.packages[place] = { version, integrity, ...rest };
  }
  return [...unknown];
}

if (process.argv[1]?.endsWith('complete-lock.mjs')) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = completeLock(lock);
  const unknown = verify(lock);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} platform packages added to the lock`);
  if (unknown.length > 0) console.log(`Not in this registry, so without integrity: ${unknown.join(', ')}`);
}
