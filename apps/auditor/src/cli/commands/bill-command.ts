import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { billCsv, csvByteOrderMark } from '#domain';
import { printableJson } from '#terminal';
import { rebuildBill } from '../../reports/bill.ts';
import { findingLine } from '../../texts.ts';
import type { CliContext } from '../context.ts';
import { withByteOrderMark } from '../exports.ts';
import { type LedgerOptionsWithJson, useLedger, withLedgerAndJson } from '../ledger-options.ts';

type Options = LedgerOptionsWithJson & { readonly given?: string; readonly bom: boolean };

export function addBill(program: Command, { dependencies, line, ended }: CliContext): void {
  const { write, complain } = dependencies;
  const command = program.command('bill <accountId> <date>');
  command.description('a bill as CSV, recomputed from the events and compared');
  withByteOrderMark(withLedgerAndJson(command, dependencies))
    .option('--given <file>', 'a bill as JSON that must be this one, byte for byte')
    .action(async (accountId: string, date: string, options: Options) => {
      const { json, given, bom } = options;
      if (bom && json) command.error('error: --bom is for CSV');
      const text = given === undefined ? undefined : readFileSync(given, 'utf8');
      const { bill, findings } = await useLedger(options, dependencies, (ledger) =>
        rebuildBill(ledger, accountId, date, text),
      );
      if (json) line(printableJson({ bill, findings }));
      if (!json) write(`${bom ? csvByteOrderMark : ''}${billCsv(bill)}`);
      if (!json) for (const finding of findings) complain(`${findingLine(finding)}\n`);
      ended(findings.length);
    });
}
