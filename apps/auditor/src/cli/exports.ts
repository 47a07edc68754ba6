import { type Command, InvalidArgumentError } from 'commander';
import { csvByteOrderMark } from '#domain';
import { ProgressBar } from '#terminal';
import type { Outlet } from '../export/export.ts';
import type { Findings } from '../finding.ts';
import { type OpenLedger, openLedger } from '../source/open-ledger.ts';
import { everything, type Selection } from '../source/selection.ts';
import { findingLines } from '../texts.ts';
import type { CliContext, CliDependencies } from './context.ts';
import { type LedgerOptions, placeIn, withLedgerOptions } from './ledger-options.ts';
import { moment } from './options.ts';

export interface ExportOptions extends LedgerOptions {
  readonly account: readonly string[];
  readonly accounts?: string;
  readonly from?: number;
  readonly until?: number;
  readonly bom?: boolean;
}

/** What every export takes: which accounts, and of which time. */
export function withSelection(command: Command, dependencies: CliDependencies): Command {
  return withLedgerOptions(command, dependencies)
    .option('--account <id>', 'only this account; can be given several times', gathered, [])
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .option('--from <time>', 'only what happened at this RFC 3339 time or later', moment)
    .option('--until <time>', 'only what happened before this time', moment);
}

export function withByteOrderMark(command: Command): Command {
  return command.option('--bom', 'CSV begins with a byte order mark, which some spreadsheets need', false);
}

function gathered(text: string, before: readonly string[]): readonly string[] {
  if (text === '') throw new InvalidArgumentError('It is the id of an account.');
  return [...before, text];
}

export function toSelection({ account, accounts, from, until }: ExportOptions): Selection {
  return {
    ids: account,
    prefix: accounts ?? everything.prefix,
    from: from ?? everything.from,
    until: until ?? everything.until,
  };
}

/**
 * Runs an export of a ledger: the data go to the standard output, everything else to the standard error.
 */
export async function runExport(
  { dependencies, ended }: CliContext,
  options: LedgerOptions & { readonly bom?: boolean },
  work: (
    log: OpenLedger,
    outlet: Outlet,
  ) => Promise<Pick<Findings, 'kept' | 'count'> & { readonly different?: number }>,
): Promise<void> {
  const bar = new ProgressBar(dependencies.errorTerminal);
  const ledger = await openLedger(placeIn(options, dependencies));
  let kept = '';
  const outlet: Outlet = {
    write: (text) => {
      kept += text;
    },
    flush: () => {
      dependencies.write(kept);
      kept = '';
      return dependencies.drained?.() ?? Promise.resolve(true);
    },
    progress: (read, toRead) => {
      bar.show(read, toRead);
    },
  };
  if (options.bom === true) outlet.write(csvByteOrderMark);
  try {
    const { kept: findings, count, different = 0 } = await work(ledger, outlet);
    bar.clear();
    for (const text of findingLines(findings, count)) dependencies.complain(`${text}\n`);
    ended(count + different);
  } finally {
    bar.clear();
    await ledger.close();
  }
}
