import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { billCsv } from '#ledger';
import { printable } from '#terminal';
import { billOf } from '../bill.ts';
import { logFile } from '../data-directory.ts';
import { openStreams } from '../open-log.ts';
import { findingLine } from '../texts.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk } from './surroundings.ts';

type Options = CommonWithJson & { readonly given?: string };

export function addBill(program: Command, { line, ended }: Desk): void {
  withJson(program.command('bill <accountId> <date>').description('a bill, recomputed from the events and compared'))
    .option('--given <file>', 'a bill as JSON that must be this one, byte for byte')
    .action((accountId: string, date: string, { data, json, given }: Options) => {
      const streams = openStreams(logFile(data));
      try {
        const text = given === undefined ? undefined : readFileSync(given, 'utf8');
        const { bill, findings } = billOf(streams, accountId, date, text);
        if (json) line(JSON.stringify({ bill, findings }));
        if (!json) for (const row of billCsv(bill).trimEnd().split('\r\n')) line(printable(row));
        if (!json) for (const finding of findings) line(findingLine(finding));
        ended(findings.length);
      } finally {
        streams.close();
      }
    });
}
