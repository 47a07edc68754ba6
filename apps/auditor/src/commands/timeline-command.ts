import type { Command } from 'commander';
import { timeline } from '../timeline.ts';
import { lookingInto, withLedgerOptions, type LedgerOptions } from './ledger-options.ts';
import { moment, wholeNumber } from './options.ts';
import type { Desk } from './surroundings.ts';

interface Options extends LedgerOptions {
  readonly from: number;
  readonly until: number;
  readonly limit: number;
}

export function addTimeline(program: Command, { surroundings, line, ended }: Desk): void {
  const command = program.command('timeline <accountId>');
  withLedgerOptions(command.description('the history of an account for a terminal, day by day'), surroundings)
    .option('--from <time>', 'only what happened at this RFC 3339 time or later', moment, 0)
    .option('--until <time>', 'only what happened before this time', moment, Number.POSITIVE_INFINITY)
    .option('--limit <n>', 'most events to show', wholeNumber, Number.MAX_SAFE_INTEGER)
    .action(async (accountId: string, options: Options) => {
      const findings = await lookingInto(options, surroundings, (ledger) => timeline(ledger, accountId, options, line));
      ended(findings.length);
    });
}
