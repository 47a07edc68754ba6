import type { Command } from 'commander';
import { replay } from '../../reports/replay.ts';
import type { CliContext } from '../context.ts';
import { type LedgerOptionsWithJson, useLedger, withLedgerAndJson } from '../ledger-options.ts';
import { wholeNumber } from '../options.ts';

type Options = LedgerOptionsWithJson & { readonly from: number; readonly limit?: number };

export function addReplay(program: Command, { dependencies, line, ended }: CliContext): void {
  const command = program.command('replay <accountId>');
  withLedgerAndJson(command.description('the history of an account, one line an event'), dependencies)
    .option('--from <revision>', 'first revision to show', wholeNumber, 0)
    .option('--limit <n>', 'most events to show; by default all', wholeNumber)
    .action(async (accountId: string, options: Options) => {
      const { limit = Number.POSITIVE_INFINITY } = options;
      const findings = await useLedger(options, dependencies, (ledger) =>
        replay(ledger, accountId, { ...options, limit }, line),
      );
      ended(findings.length);
    });
}
