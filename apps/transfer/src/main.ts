import { beginCommandLine, readSecret } from '#runtime';
import { outputOfProcess } from '#terminal';
import { runCommandLine } from './command-line.ts';

beginCommandLine(process.env);
// Set, not called, so that everything that was written still goes out.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  ...outputOfProcess(),
  get kurrentDbUrl() {
    return readSecret(process.env, 'KURRENTDB_URL');
  },
  namespace: process.env['HOLDFAST_NAMESPACE'],
});
