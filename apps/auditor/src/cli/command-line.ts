import { Command, CommanderError } from 'commander';
import { OtherFormats, RestoreUnfinished } from '#event-store';
import { ReadModelsInUse } from '#read-models';
import { ConfigError } from '#runtime';
import { printableLines } from '#terminal';
import { NoSuchData } from '../source/open-log.ts';
import { addBalance } from './commands/balance-command.ts';
import { addBill } from './commands/bill-command.ts';
import { addDiff } from './commands/diff-command.ts';
import { addEvents } from './commands/events-command.ts';
import { addExplain } from './commands/explain-command.ts';
import { addExport } from './commands/export-command.ts';
import { addHolds } from './commands/holds-command.ts';
import { addJournal } from './commands/journal-command.ts';
import { addQuarantine } from './commands/quarantine-command.ts';
import { addReconcile } from './commands/reconcile-command.ts';
import { addRepair } from './commands/repair-command.ts';
import { addReplay } from './commands/replay-command.ts';
import { addTimeline } from './commands/timeline-command.ts';
import { addVerify } from './commands/verify-command.ts';
import type { CliContext, CliDependencies } from './context.ts';

/** Errors that say by themselves what is to be done. */
const plainErrors = [NoSuchData, OtherFormats, RestoreUnfinished, ReadModelsInUse, ConfigError];

/** What the process ends with. */
export const exitCodes = { clean: 0, findings: 1, couldNotRun: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Every command, in the order in which the help shows them. */
const commands: readonly ((program: Command, context: CliContext) => void)[] = [
  addReplay,
  addTimeline,
  addExplain,
  addBalance,
  addBill,
  addVerify,
  addExport,
  addDiff,
  addQuarantine,
  addJournal,
  addHolds,
  addEvents,
  addReconcile,
  addRepair,
];

/** Runs one command line, without the program's name, and returns what the process ends with. */
export async function runCommandLine(words: readonly string[], dependencies: CliDependencies): Promise<ExitCode> {
  const { write } = dependencies;
  // Words of the command line and names of files are quoted in it.
  const complain = (text: string): void => {
    dependencies.complain(printableLines(text));
  };
  let code: ExitCode = exitCodes.clean;
  const program = new Command('auditor')
    .description('Replays and verifies the event log of a Holdfast ledger. Only repair writes.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: complain })
    .addHelpText('after', '\nExit codes: 0 no findings, 1 findings, 2 could not run.');
  const context: CliContext = {
    dependencies,
    line: (text) => {
      write(`${text}\n`);
    },
    ended: (found) => {
      code = found > 0 ? exitCodes.findings : exitCodes.clean;
    },
  };
  for (const add of commands) add(program, context);
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.couldNotRun;
    const plain = plainErrors.some((kind) => error instanceof kind);
    complain(`auditor: ${plain ? (error as Error).message : String(error)}\n`);
    return exitCodes.couldNotRun;
  }
}
