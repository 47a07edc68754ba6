import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { billCsv } from '#ledger';
import { printable, printableJson } from '#terminal';
import { billOf } from '../bill.ts';
import { findingLine } from '../texts.ts';
import { lookingInto, withLedgerAndJson, type LedgerOptionsWithJson } from './ledger-options.ts';
import type { Desk } from './surroundings.ts';

type Options = LedgerOptionsWithJson & { readonly given?: string };

export function addBill(program: Command, { surroundings, line, ended }: Desk): void {
  const command = program.command('bill <accountId> <date>');
  withLedgerAndJson(command.description('a bill, recomputed from the events and compared'), surroundings)
    .option('--given <file>', 'a bill as JSON that must be this one, byte for byte')
    .action(async (accountId: string, date: string, options: Options) => {
      const { json, given } = options;
      const text = given === undefined ? undefined : readFileSync(given, 'utf8');
      const { bill, findings } = await lookingInto(options, surroundings, (ledger) =>
        billOf(ledger, accountId, date, text),
      );
      if (json) line(printableJson({ bill, findings }));
      if (!json) for (const row of billCsv(bill).trimEnd().split('\r\n')) line(printable(row));
      if (!json) for (const finding of findings) line(findingLine(finding));
      ended(findings.length);
    });
}
