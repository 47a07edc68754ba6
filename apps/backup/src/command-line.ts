import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { OtherFormats, RestoreUnfinished, StoreInUse } from '#event-store';
import { type Environment, namespaceDefault } from '#runtime';
import { type Output, printable, ProgressBar } from '#terminal';
import { backUp } from './backup.ts';
import { BackupError } from './backup-error.ts';
import { comparedWithOutside } from './outside.ts';
import { restore } from './restore.ts';
import { backupLines, restoreLines } from './texts.ts';

/** What the process ends with. */
export const exitCodes = { done: 0, findings: 1, notDone: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where a command line runs. */
export interface Dependencies extends Output {
  readonly environment: Environment;
  readonly now: () => number;
  /** Of this program. */
  readonly version: string;
  /** Is told before each step of a restore that changes the directory. */
  readonly reached?: (step: string) => void;
}

const plainErrors = [BackupError, OtherFormats, RestoreUnfinished, StoreInUse];

const help = `
A backup is a folder: events.db, ledger.json, the keys if they were asked for, and manifest.json, which says what is in it.
It is read again before it gets its name. Exit codes: 0 done, 1 done, but the log has findings, 2 not done.`;

/** Runs one command line, without the program's name, and returns what the process ends with. */
export async function runCommandLine(words: readonly string[], dependencies: Dependencies): Promise<ExitCode> {
  const { write, complain } = dependencies;
  let code: ExitCode = exitCodes.notDone;
  const program = new Command('backup')
    .description('Backs up the ledger of a data directory beside running services, and restores it.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: complain })
    .addHelpText('after', help);
  withData(program.command('backup <to>'), dependencies)
    .description('makes the folder <to>, which must not be there yet; services may keep running')
    .option(
      '--with-keys',
      'also admin.key, webhook.key and signing.key: then the folder is as secret as they are',
      false,
    )
    .action(async (to: string, options: { readonly data: string; readonly withKeys: boolean }) => {
      code = await makeBackup(to, options, dependencies);
    });
  withData(program.command('restore <from>'), dependencies)
    .description('puts the backup <from> into a data directory on which no process runs')
    .option('--replace', 'the directory may hold a ledger: its files are put aside, not deleted', false)
    .option(
      '--checkpoint <file>',
      'compares with the checkpoints of this file',
      dependencies.environment['HOLDFAST_CHECKPOINT_FILE'],
    )
    .action(async (from: string, options: RestoreOptions) => {
      code = await putBack(from, options, dependencies);
    });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.notDone;
    const plain = plainErrors.some((kind) => error instanceof kind);
    complain(`backup: ${printable(plain ? (error as Error).message : String(error))}\n`);
    return exitCodes.notDone;
  }
}

interface RestoreOptions {
  readonly data: string;
  readonly replace: boolean;
  readonly checkpoint?: string;
}

const dataDefault = './data';

function withData(command: Command, { environment }: Dependencies): Command {
  return command.option('--data <dir>', 'data directory', notEmpty, environment['HOLDFAST_DATA_DIR'] || dataDefault);
}

/** A variable of a script that is not set must not mean the directory in which it runs. */
function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

async function makeBackup(
  to: string,
  { data, withKeys }: { readonly data: string; readonly withKeys: boolean },
  dependencies: Dependencies,
): Promise<ExitCode> {
  const { environment, now, version } = dependencies;
  const namespace = environment['HOLDFAST_NAMESPACE'] || namespaceDefault;
  const made = await withBar(dependencies, (progress) =>
    backUp({ data, to, withKeys, namespace, version, now: now() }, progress),
  );
  show(backupLines(to, made), dependencies);
  return made.log.found > 0 ? exitCodes.findings : exitCodes.done;
}

async function putBack(
  from: string,
  { data, replace, checkpoint }: RestoreOptions,
  dependencies: Dependencies,
): Promise<ExitCode> {
  const { now, reached } = dependencies;
  const restored = await withBar(dependencies, (progress) =>
    restore({ from, data, replace, now: now(), ...(reached !== undefined && { reached }) }, progress),
  );
  show(restoreLines(data, restored), dependencies);
  if (checkpoint !== undefined && checkpoint !== '') {
    show(await comparedWithOutside(data, checkpoint, restored.log), dependencies);
  }
  return restored.log.found > 0 ? exitCodes.findings : exitCodes.done;
}

async function withBar<Result>(
  { errorTerminal }: Dependencies,
  work: (progress: (done: number, total: number | undefined) => void) => Result | Promise<Result>,
): Promise<Result> {
  const bar = new ProgressBar(errorTerminal, 'checking');
  try {
    return await work(bar.show.bind(bar));
  } finally {
    bar.clear();
  }
}

function show(lines: readonly string[], { write }: Dependencies): void {
  for (const line of lines) write(`${printable(line)}\n`);
}
