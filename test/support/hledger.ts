import { spawnSync } from 'node:child_process';

/** What hledger says of a journal: nothing if it is right. Of tests that need it; see tools.ts. */
export function hledger(journal: string, ...words: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync('hledger', ['-f', '-', ...words], {
    input: journal,
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}
