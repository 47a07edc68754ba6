import { runCommandLine } from './command-line.ts';

// A reader that has seen enough, such as `head`, closes the pipe: no reason to complain.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Set, not called, so that everything that was written still goes out.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  write: (text) => {
    process.stdout.write(text);
  },
  complain: (text) => {
    process.stderr.write(text);
  },
  errorTerminal: process.stderr,
  now: () => Date.now(),
  kurrentDbUrl: process.env['KURRENTDB_URL'],
  namespace: process.env['HOLDFAST_NAMESPACE'],
});
