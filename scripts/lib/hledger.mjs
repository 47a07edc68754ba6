/** The hledger that checks the exported journal. Plain Node 20 or newer, no dependencies. */
import { ensureProgram, runs } from './system-package.mjs';

/** What somebody has to be told who lacks it. */
export const hledgerMissing =
  'hledger is not installed, so NO TEST LETS IT CHECK THE JOURNAL; it comes with: apt-get install hledger (Debian, ' +
  'Ubuntu), dnf install hledger (Fedora) or brew install hledger (macOS)';

export function hasHledger() {
  return runs('hledger');
}

/** Installs hledger if it is missing and this process may. */
export function ensureHledger() {
  ensureProgram({
    command: 'hledger',
    packages: { 'apt-get': 'hledger', dnf: 'hledger' },
    missing: hledgerMissing,
  });
}
