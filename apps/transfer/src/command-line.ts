import { Command, CommanderError } from 'commander';
import { eventStoreErrorCode } from '#application/ports';
import { ConnectionStringError, OtherFormats, RestoreUnfinished, StoreInUse } from '#event-store';
import { ConfigError, namespaceDefault } from '#runtime';
import { type Output, ProgressBar, type Terminal } from '#terminal';
import { TransferStopped } from './append-surely.ts';
import { formatFinding } from './finding.ts';
import {
  describePlace,
  isSame,
  kurrentDbWord,
  openExisting,
  openOrMake,
  parsePlace,
  type Place,
  PlaceError,
} from './place.ts';
import { type Outcome, type Stage, type StageProgress, transfer } from './transfer.ts';

/** What the process ends with. */
export const exitCodes = { equal: 0, findings: 1, couldNotRun: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where a command line runs. */
export interface Dependencies extends Output {
  /** Connection string of the place that is called `kurrentdb`; a secret. Only read if there is such a place. */
  readonly kurrentDbUrl: string | undefined;
  /** Namespace of the service in this environment; undefined or empty: as it is by default. */
  readonly namespace?: string | undefined;
}

/** Errors that say by themselves what is to be done. */
const plainErrors = [PlaceError, OtherFormats, ConnectionStringError, StoreInUse, RestoreUnfinished, ConfigError];

interface Options {
  readonly from: string;
  readonly to: string;
  readonly namespace: string;
  readonly verifyOnly: boolean;
}

const help = `
A place is a data directory, a connection string without credentials (kurrentdb://, kurrentdb+discover://, esdb://),
or the word kurrentdb for the connection string in the environment variable KURRENTDB_URL, or in the file that
KURRENTDB_URL_FILE names.
Stop the service first. Running it again after an interruption goes on where it stopped.

Exit codes: 0 the two are equal, 1 findings, 2 could not run or not to the end.`;

/** Runs one command line, without the program's name, and returns what the process ends with. */
export async function runCommandLine(words: readonly string[], dependencies: Dependencies): Promise<ExitCode> {
  const { write, complain } = dependencies;
  const namespace = dependencies.namespace === '' ? namespaceDefault : (dependencies.namespace ?? namespaceDefault);
  let code: ExitCode = exitCodes.couldNotRun;
  const program = new Command('transfer')
    .description('Copies a whole ledger from one event store to another, event by event, and verifies the copy.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: complain })
    .requiredOption('--from <place>', 'the ledger to be copied')
    .requiredOption('--to <place>', 'where it goes: nothing, or what an interrupted copy left')
    .option('--namespace <name>', 'prefix of the names of all streams in KurrentDB', namespace)
    .option('--verify-only', 'copy nothing, compare the two', false)
    .addHelpText('after', help)
    .action(async (options: Options) => {
      code = await run(options, dependencies);
    });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.equal : exitCodes.couldNotRun;
    complain(`transfer: ${explainError(error)}\n`);
    return exitCodes.couldNotRun;
  }
}

async function run({ from, to, namespace, verifyOnly }: Options, dependencies: Dependencies): Promise<ExitCode> {
  const { write, complain } = dependencies;
  const kurrentDbUrl = [from, to].includes(kurrentDbWord) ? dependencies.kurrentDbUrl : undefined;
  const [sourcePlace, targetPlace] = [from, to].map((word) => parsePlace(word, namespace, kurrentDbUrl)) as [
    Place,
    Place,
  ];
  if (isSame(sourcePlace, targetPlace)) throw new PlaceError('the two places are the same');
  const source = await openExisting(sourcePlace);
  try {
    const target = await (verifyOnly ? openExisting : openOrMake)(targetPlace);
    try {
      const bars = new StageBars(dependencies.errorTerminal);
      const outcome = await transfer({ source, target }, { verifyOnly }, bars.show).finally(bars.clear);
      return report(outcome, sourcePlace, { write, complain });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function report(
  outcome: Outcome,
  source: Place,
  { write, complain }: Pick<Dependencies, 'write' | 'complain'>,
): ExitCode {
  if (outcome.kind === 'nothing-there') {
    complain(`transfer: ${describePlace(source)}: there are no events\n`);
    return exitCodes.couldNotRun;
  }
  if (outcome.kind === 'refused') {
    complain(`transfer: the target holds something else, nothing was written: ${formatFinding(outcome.objection)}\n`);
    return exitCodes.couldNotRun;
  }
  const { copied, verification } = outcome;
  const { findings, events, streams } = verification;
  const lines = findings.lines();
  if (copied !== undefined) write(`copied: ${String(copied)} events\n`);
  for (const line of lines) write(`${line}\n`);
  write(`verified: ${String(events)} events in ${String(streams)} streams, ${String(findings.count)} findings\n`);
  return findings.count > 0 ? exitCodes.findings : exitCodes.equal;
}

/** One bar for each stage. */
class StageBars {
  readonly #terminal: Terminal;
  #stage: Stage | undefined;
  #bar: ProgressBar | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  readonly show: StageProgress = (stage, events, total) => {
    if (stage !== this.#stage) {
      this.clear();
      this.#stage = stage;
      this.#bar = new ProgressBar(this.#terminal, stage);
    }
    this.#bar?.show(events, total);
  };

  readonly clear = (): void => {
    this.#bar?.clear();
  };
}

function explainError(error: unknown): string {
  if (plainErrors.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof TransferStopped) {
    return `${error.message}\nWhat was copied stays. Run it again to go on from there.`;
  }
  if (eventStoreErrorCode(error) !== undefined) return `${(error as Error).message}${reasonIn(error)}`;
  return String(error);
}

/** Only the kind of the engine's own error: its text may quote what it was given. */
function reasonIn(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly type?: unknown } };
  return typeof cause?.type === 'string' ? ` (${cause.type})` : '';
}
