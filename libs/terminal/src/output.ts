import type { Terminal } from './progress-bar.ts';

/** Where a command line writes to. */
export interface Output {
  /** Writes to the standard output. */
  readonly write: (text: string) => void;
  /** Writes to the standard error. */
  readonly complain: (text: string) => void;
  readonly errorTerminal: Terminal;
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
  };
}
