import { once } from 'node:events';
import { fstatSync, writeFileSync } from 'node:fs';
import type { Terminal } from './progress-bar.ts';

/** Where a command line writes to. */
export interface Output {
  /** Writes to the standard output. @throws Error if that is a file, and the disk does not take all of it. */
  readonly write: (text: string) => void;
  /** Writes to the standard error. */
  readonly complain: (text: string) => void;
  readonly errorTerminal: Terminal;
  /**
   * Resolves when the standard output has room again, so that a long output takes no memory. False if nobody reads it any
   * more: the rest need not be made.
   */
  readonly drained?: () => Promise<boolean>;
}

/** The output of this process. A reader that has seen enough, such as `head`, closes the pipe: no reason to complain. */
export function outputOfProcess(): Output {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const isFile = fstatSync(process.stdout.fd).isFile();
  return {
    write: (text) => {
      // On a disk that is nearly full Node's own stream would take a part of a text for all of it, and say nothing.
      if (isFile) writeFileSync(process.stdout.fd, text);
      if (!isFile) process.stdout.write(text);
    },
    complain: (text) => {
      process.stderr.write(text);
    },
    errorTerminal: process.stderr,
    drained: async () => {
      const { stdout } = process;
      // Whoever closes the pipe ends the wait, too.
      if (stdout.writableNeedDrain)
        await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => null);
      return !stdout.destroyed && !stdout.errored;
    },
  };
}
