import { once } from 'node:events';
import type { Terminal } from './progress-bar.ts';

/** Where a command line writes to. */
export interface Output {
  /** Writes to the standard output. */
  readonly write: (text: string) => void;
  /** Writes to the standard error. */
  readonly complain: (text: string) => void;
  readonly errorTerminal: Terminal;
  /**
   * Resolves when the standard output has room again, so that a long output takes no memory. False if nobody reads it any
   * more: the rest need not be made.
   */
  readonly roomToWrite?: () => Promise<boolean>;
}

/** The output of this process. A reader that has seen enough, such as `head`, closes the pipe: no reason to complain. */
export function outputOfProcess(): Output {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => {
      process.stdout.write(text);
    },
    complain: (text) => {
      process.stderr.write(text);
    },
    errorTerminal: process.stderr,
    roomToWrite: async () => {
      const { stdout } = process;
      // Whoever closes the pipe ends the wait, too.
      if (stdout.writableNeedDrain)
        await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => null);
      return !stdout.destroyed && !stdout.errored;
    },
  };
}
