import { spawnSync } from 'node:child_process';
import { describe, it } from '@jest/globals';

/*
 * Programs of others that tests run. A test whose program is missing is skipped, and says so on the terminal; in CI, where
 * everything has to be there, it fails.
 */

export interface Tool {
  readonly there: boolean;
  /** What somebody has to be told who lacks it. */
  readonly missing: string;
}

// By names that the compiler does not follow: scripts are plain JavaScript without types.
const scripts = '../../scripts/lib';
const { hasHledger, hledgerMissing } = (await import(`${scripts}/hledger.mjs`)) as {
  hasHledger: () => boolean;
  hledgerMissing: string;
};
const { hasRedisServer, redisServerMissing } = (await import(`${scripts}/redis-server.mjs`)) as {
  hasRedisServer: () => boolean;
  redisServerMissing: string;
};

export const hledger: Tool = { there: hasHledger(), missing: hledgerMissing };

export const redis: Tool = { there: hasRedisServer(), missing: redisServerMissing };

/** The program itself: what the path names may be a script that looks for it each time, and takes a second for it. */
export const pythonProgram = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });

export const python: Tool = {
  there: pythonProgram.status === 0,
  missing: 'python3 is not installed, so docs/verify_bundle.py is not tested',
};

const inCi = (process.env['CI'] ?? '') !== '';

/** A test that needs a tool. */
export type ToolTest = (sentence: string, test: () => void | Promise<void>) => void;

/** `it` for tests that need a tool. */
export function itWith({ there, missing }: Tool, ci = inCi): ToolTest {
  if (there) return it;
  complain(missing);
  if (!ci) return it.skip;
  return (sentence) => {
    it(sentence, () => {
      throw new Error(missing);
    });
  };
}

/** `describe` for tests that all need a tool, and of which the first to start it says what is missing. */
export function describeWith({ there, missing }: Tool): typeof describe.skip {
  if (there || inCi) return describe;
  complain(missing);
  return describe.skip;
}

function complain(missing: string): void {
  process.stderr.write(`\n!!! SKIPPED: ${missing}\n\n`);
}
