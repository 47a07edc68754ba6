import type { Command } from 'commander';
import { PriceBookShelf, shippedPriceBooks } from '#ledger';
import { ProgressBar } from '#terminal';
import { auditKurrentDb } from '../audit-kurrentdb.ts';
import type { AuditProgress, AuditReport } from '../audit.ts';
import { auditDirectory } from '../data-directory.ts';
import { findingLines } from '../texts.ts';
import { withKurrentDb, type KurrentDbChoice } from './kurrentdb-options.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk } from './surroundings.ts';

interface Options extends CommonWithJson, KurrentDbChoice {
  readonly accounts?: string;
}

export function addVerify(program: Command, { surroundings, line, ended }: Desk): void {
  const command = withKurrentDb(program.command('verify'), surroundings);
  withJson(command.description('everything that must be true of the log and of what derives from it'))
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .action(async ({ data, json, accounts, kurrentdb, namespace }: Options) => {
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
