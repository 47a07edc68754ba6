import type { Command } from 'commander';
import { PriceBookShelf, shippedPriceBooks } from '#ledger';
import { ProgressBar } from '#terminal';
import { auditDirectory, viewsFiles, type DirectoryReport } from '../data-directory.ts';
import { isOfViews } from '../finding.ts';
import { NoSuchData } from '../open-log.ts';
import { findingLines } from '../texts.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk } from './surroundings.ts';

interface Options extends CommonWithJson {
  readonly accounts?: string;
}

export function addDiff(program: Command, { surroundings, line, ended }: Desk): void {
  withJson(program.command('diff').description('views and snapshots against a full replay, account by account'))
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .action(async ({ data, json, accounts }: Options) => {
      if (viewsFiles(data).length === 0) throw new NoSuchData(`${data}: there are no views`);
      const priceBooks = surroundings.priceBooks ?? new PriceBookShelf(shippedPriceBooks);
      const bar = new ProgressBar(surroundings.errorTerminal);
      const options = { priceBooks, wanted: isOfViews, ...(accounts !== undefined && { accounts }) };
      const report = await auditDirectory(data, options, (done, total) => {
        bar.show(done, total);
      }).finally(() => {
        bar.clear();
      });
      for (const text of json ? [JSON.stringify(report)] : reportLines(report)) line(text);
      ended(report.found + report.others);
    });
}

function reportLines({ findings, found, others, notes, views }: DirectoryReport): readonly string[] {
  return [
    ...findingLines(findings, found),
    ...notes.map((note) => `note: ${note}`),
    ...(others > 0 ? [`note: the log itself has ${String(others)} findings; verify tells them`] : []),
    ...views.map(
      ({ file, events, snapshots }) => `${file}: ${String(events)} events and ${String(snapshots)} snapshots compared`,
    ),
    `diff: ${String(found)} differences`,
  ];
}
