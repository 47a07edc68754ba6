import { type Command, Option } from 'commander';
import { printableJson } from '#terminal';
import { balanceAt, balanceLines, type Moment } from '../../reports/balance.ts';
import type { CliContext } from '../context.ts';
import { type LedgerOptionsWithJson, useLedger, withLedgerAndJson } from '../ledger-options.ts';
import { moment, wholeNumber } from '../options.ts';

type Options = LedgerOptionsWithJson & { readonly at?: number; readonly revision?: number };

export function addBalance(program: Command, { dependencies, line, ended }: CliContext): void {
  const command = program.command('balance <accountId>');
  withLedgerAndJson(command.description('balance and open holds as of a moment, by default now'), dependencies)
    .addOption(
      new Option('--at <time>', 'every event up to this RFC 3339 time, then what was due at it')
        .argParser(moment)
        .conflicts('revision'),
    )
    .option('--revision <n>', 'exactly the events up to this revision', wholeNumber)
    .action(async (accountId: string, options: Options) => {
      const moment = toMoment(options, dependencies.now());
      const then = await useLedger(options, dependencies, (ledger) => balanceAt(ledger, accountId, moment));
      for (const text of options.json ? [printableJson(then)] : balanceLines(then)) line(text);
      ended(then.findings.length);
    });
}

/** A moment that is not over yet is now. */
function toMoment({ at, revision }: { readonly at?: number; readonly revision?: number }, now: number): Moment {
  if (revision !== undefined) return { revision };
  return { at: Math.min(at ?? now, now) };
}
