import { beginCommandLine } from '#runtime';
import { outputOfProcess } from '#terminal';
import { runCommandLine } from './cli/command-line.ts';

beginCommandLine(process.env);
// Set, not called, so that everything that was written still goes out.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  ...outputOfProcess(),
  now: () => Date.now(),
  environment: process.env,
});
