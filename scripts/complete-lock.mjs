/**
 * Adds to package-lock.json the optional platform packages that npm left out because the machine at hand could not get
 * them; `npm ci` refuses a lock that does not name them all. Run after every change of dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'openharmony', 'android', 'aix', 'sunos', 'openbsd', 'netbsd'];
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'wasm32', 'loong64', 'mips64el'];

/** What a package's name says of its platform, e.g. `@swc/core-linux-x64-musl`. */
function platformOf(name) {
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
      lock.packages[place] = { version: range, optional: true, ...platformOf(name) };
      added.push(name);
    }
  }
  return added;
}

if (process.argv[1]?.endsWith('complete-lock.mjs')) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = completeLock(lock);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} platform packages added to the lock`);
}
