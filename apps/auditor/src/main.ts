import { outputOfProcess } from '#terminal';
import { runCommandLine } from './command-line.ts';

// Set, not called, so that everything that was written still goes out.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  ...outputOfProcess(),
  now: () => Date.now(),
  kurrentDbUrl: process.env['KURRENTDB_URL'],
  auditorKey: process.env['HOLDFAST_AUDITOR_KEY'],
  namespace: process.env['HOLDFAST_NAMESPACE'],
});
