import type { Command } from 'commander';
import { timeline } from '../../reports/timeline.ts';
import type { CliContext } from '../context.ts';
import { type LedgerOptions, useLedger, withLedgerOptions } from '../ledger-options.ts';
import { moment, wholeNumber } from '../options.ts';

interface Options extends LedgerOptions {
  readonly from?: number;
  readonly until?: number;
  readonly limit?: number;
}

export function addTimeline(program: Command, { dependencies, line, ended }: CliContext): void {
  const command = program.command('timeline <accountId>');
  withLedgerOptions(command.description('the history of an account for a terminal, day by day'), dependencies)
    .option('--from <time>', 'only what happened at this RFC 3339 time or later', moment)
    .option('--until <time>', 'only what happened before this time', moment)
    .option('--limit <n>', 'most events to show; by default all', wholeNumber)
    .action(async (accountId: string, options: Options) => {
      const { from = 0, until = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = options;
      const shown = { from, until, limit };
      const findings = await useLedger(options, dependencies, (ledger) => timeline(ledger, accountId, shown, line));
      ended(findings.length);
    });
}
