import { createRequire } from 'node:module';
import { beginCommandLine } from '#runtime';
import { outputOfProcess } from '#terminal';
import { runCommandLine } from './command-line.ts';

const { version } = createRequire(import.meta.url)('#package') as { readonly version: string };

beginCommandLine(process.env);
// Set, not called, so that everything that was written still goes out.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  ...outputOfProcess(),
  environment: process.env,
  now: () => Date.now(),
  version,
});
