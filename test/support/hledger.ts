import { spawnSync } from 'node:child_process';

// By a name that the compiler does not follow: scripts are plain JavaScript without types.
const script = '../../scripts/lib/hledger.mjs';
const { hasHledger, hledgerMissing } = (await import(script)) as {
  hasHledger: () => boolean;
  hledgerMissing: string;
};

/** What hledger says of a journal: nothing if it is right. Undefined, and a complaint, where there is no hledger. */
export function hledger(journal: string, ...words: readonly string[]): string | undefined {
  if (!hasHledger()) {
    console.error(hledgerMissing);
    return undefined;
  }
  const { stdout, stderr, error } = spawnSync('hledger', ['-f', '-', ...words], {
    input: journal,
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}
