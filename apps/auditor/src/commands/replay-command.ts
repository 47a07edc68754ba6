import type { Command } from 'commander';
import { replay } from '../replay.ts';
import { lookingInto, withLedgerAndJson, type LedgerOptionsWithJson } from './ledger-options.ts';
import { wholeNumber } from './options.ts';
import type { Desk } from './surroundings.ts';

type Options = LedgerOptionsWithJson & { readonly from: number; readonly limit: number };

export function addReplay(program: Command, { surroundings, line, ended }: Desk): void {
  const command = program.command('replay <accountId>');
  withLedgerAndJson(command.description('the history of an account, one line an event'), surroundings)
    .option('--from <revision>', 'first revision to show', wholeNumber, 0)
    .option('--limit <n>', 'most events to show', wholeNumber, Number.MAX_SAFE_INTEGER)
    .action(async (accountId: string, options: Options) => {
      const findings = await lookingInto(options, surroundings, (ledger) => replay(ledger, accountId, options, line));
      ended(findings.length);
    });
}
