import { type Command, InvalidArgumentError } from 'commander';
import type { LedgerChoice, LedgerPlace } from '../source/ledger-place.ts';
import { ledgerPlace } from '../source/ledger-place.ts';
import { type OpenLedger, withLedger } from '../source/open-ledger.ts';
import type { CliDependencies } from './context.ts';

/** What every command takes that looks at a ledger. */
export type LedgerOptions = LedgerChoice;

export interface LedgerOptionsWithJson extends LedgerOptions {
  readonly json: boolean;
}

const dataDefault = './data';

/** As the service has it in the same environment. */
export function withData(command: Command, { environment = {} }: CliDependencies): Command {
  const here = environment['HOLDFAST_DATA_DIR'];
  return command.option(
    '--data <dir>',
    'data directory',
    notEmpty,
    here === undefined || here === '' ? dataDefault : here,
  );
}

/** A variable of a script that is not set must not mean the directory in which it runs. */
function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

export function withLedgerOptions(command: Command, dependencies: CliDependencies): Command {
  return withData(command, dependencies)
    .option('--kurrentdb [url]', 'the log in this KurrentDB, by default in that of KURRENTDB_URL', connectionString)
    .option('--namespace <name>', 'in KurrentDB: prefix of the names of all streams');
}

export function withLedgerAndJson(command: Command, dependencies: CliDependencies): Command {
  return withLedgerOptions(command, dependencies).option('--json', 'one JSON document instead of text', false);
}

/** @throws NoSuchData; ConfigError if a secret cannot be read. */
export function placeIn(options: LedgerOptions, { environment = {} }: CliDependencies): LedgerPlace {
  return ledgerPlace(options, environment);
}

/** Opens the ledger of a command line for as long as some work takes. */
export function useLedger<Result>(
  options: LedgerOptions,
  dependencies: CliDependencies,
  work: (ledger: OpenLedger) => Result | Promise<Result>,
): Promise<Result> {
  return withLedger(placeIn(options, dependencies), work);
}

function connectionString(text: string): string {
  if (!/^(kurrentdb|kurrent|kdb|esdb)([+]discover)?:\/\/\S+$/i.test(text)) {
    throw new InvalidArgumentError('It is a kurrentdb:// connection string, or nothing comes after it.');
  }
  // Everybody on the machine can read the command lines of everybody else.
  if (text.includes('@')) throw new InvalidArgumentError('With a password in it, it goes into KURRENTDB_URL.');
  return text;
}
