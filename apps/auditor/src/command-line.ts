import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PriceBookShelf, shippedPriceBooks, type PriceBooks } from '#ledger';
import { ProgressBar, type Output } from '#terminal';
import type { AuditProgress, AuditReport } from './audit.ts';
import { auditKurrentDb } from './audit-kurrentdb.ts';
import { balanceAt, balanceLines, type Moment } from './balance.ts';
import { auditDirectory, logFile } from './data-directory.ts';
import { NoSuchData, openStreams } from './open-log.ts';
import { replay } from './replay.ts';
import { findingLines, timeOf } from './texts.ts';

/** What the process ends with. */
export const exitCodes = { clean: 0, findings: 1, couldNotRun: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where a command line runs. */
export interface Surroundings extends Output {
  /** ms since 1970. */
  readonly now: () => number;
  readonly priceBooks?: PriceBooks;
  /** Connection string of the KurrentDB that may be audited; a secret. */
  readonly kurrentDbUrl?: string | undefined;
  /** What the names of its streams begin with where the command line does not say; default `holdfast`. */
  readonly namespace?: string | undefined;
}

const namespaceDefault = 'holdfast';

interface Common {
  readonly data: string;
  readonly json: boolean;
}

interface Verify extends Common {
  readonly accounts?: string;
  readonly kurrentdb: boolean;
  readonly namespace: string;
}

/** Runs one command line, without the program's name, and returns what the process ends with. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = exitCodes.clean;
  const program = programOf(surroundings, (found) => {
    code = found > 0 ? exitCodes.findings : exitCodes.clean;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.couldNotRun;
    surroundings.complain(`auditor: ${error instanceof NoSuchData ? error.message : String(error)}\n`);
    return exitCodes.couldNotRun;
  }
}

function programOf(surroundings: Surroundings, ended: (found: number) => void): Command {
  const { write, complain, now } = surroundings;
  const namespaceHere = surroundings.namespace === '' ? undefined : surroundings.namespace;
  const line = (text: string): void => {
    write(`${text}\n`);
  };
  const program = new Command('auditor')
    .description('Replays and verifies the event log of a Holdfast data directory. Reads only, also beside a service.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: complain })
    .addHelpText('after', '\nExit codes: 0 no findings, 1 findings, 2 could not run.');

  common(program.command('replay <accountId>').description('the history of an account, one line an event'))
    .option('--from <revision>', 'first revision to show', wholeNumber, 0)
    .option('--limit <n>', 'most events to show', wholeNumber, Number.MAX_SAFE_INTEGER)
    .action((accountId: string, { data, json, from, limit }: Common & { from: number; limit: number }) => {
      const streams = openStreams(logFile(data));
      try {
        ended(replay(streams, accountId, { from, limit, json }, line).length);
      } finally {
        streams.close();
      }
    });

  common(program.command('balance <accountId>').description('balance and open holds as of a moment, by default now'))
    .addOption(
      new Option('--at <time>', 'every event up to this RFC 3339 time, then what was due at it')
        .argParser(moment)
        .conflicts('revision'),
    )
    .option('--revision <n>', 'exactly the events up to this revision', wholeNumber)
    .action((accountId: string, options: Common & { at?: number; revision?: number }) => {
      const { data, json } = options;
      const streams = openStreams(logFile(data));
      try {
        const then = balanceAt(streams, accountId, momentOf(options, now()));
        for (const text of json ? [JSON.stringify(then)] : balanceLines(then)) line(text);
        ended(then.findings.length);
      } finally {
        streams.close();
      }
    });

  common(program.command('verify').description('everything that must be true of the log and of what derives from it'))
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .option('--kurrentdb', 'the log in the KurrentDB that KURRENTDB_URL names, instead of a directory', false)
    .option(
      '--namespace <name>',
      'with --kurrentdb: stands before the names of all streams',
      namespaceHere ?? namespaceDefault,
    )
    .action(async ({ data, json, accounts, kurrentdb, namespace }: Verify) => {
      const priceBooks = surroundings.priceBooks ?? new PriceBookShelf(shippedPriceBooks);
      const bar = new ProgressBar(surroundings.errorTerminal);
      const only = accounts === undefined ? {} : { accounts };
      const progress: AuditProgress = (done, total) => {
        bar.show(done, total);
      };
      const auditing = kurrentdb
        ? auditKurrentDb(surroundings.kurrentDbUrl, namespace, { priceBooks, ...only }, progress)
        : auditDirectory(data, { priceBooks, ...only }, progress);
      const report = await auditing.finally(() => {
        bar.clear();
      });
      for (const text of json ? [JSON.stringify(report)] : reportLines(report)) line(text);
      ended(report.found);
    });
  return program;
}

function common(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory', './data')
    .option('--json', 'one JSON document instead of text', false);
}

/** A moment that is not over yet is now. */
function momentOf({ at, revision }: { readonly at?: number; readonly revision?: number }, now: number): Moment {
  if (revision !== undefined) return { revision };
  return { at: Math.min(at ?? now, now) };
}

function reportLines(report: AuditReport): readonly string[] {
  const { findings, found, notes, events, accounts, streams } = report;
  return [
    ...findingLines(findings, found),
    ...notes.map((note) => `note: ${note}`),
    `${String(events)} events, ${String(accounts)} accounts, ${String(streams)} streams`,
    `audit: ${String(found)} findings`,
  ];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It is a whole number.');
}

function moment(text: string): number {
  const at = timeOf(text);
  if (at !== undefined) return at;
  throw new InvalidArgumentError('It is a time like 2026-01-29T04:00:00Z.');
}
