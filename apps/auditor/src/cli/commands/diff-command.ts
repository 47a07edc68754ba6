import type { Command } from 'commander';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { printableJson, ProgressBar } from '#terminal';
import { readModelsFiles } from '../../source/data-directory.ts';
import { NoSuchData } from '../../source/open-log.ts';
import { findingLines } from '../../texts.ts';
import { auditLedger, type LedgerReport } from '../../verify/audit-ledger.ts';
import type { CliContext } from '../context.ts';
import { type LedgerOptionsWithJson, placeIn, withLedgerAndJson } from '../ledger-options.ts';

interface Options extends LedgerOptionsWithJson {
  readonly accounts?: string;
}

export function addDiff(program: Command, { dependencies, line, ended }: CliContext): void {
  const command = program.command('diff');
  withLedgerAndJson(
    command.description('read models and snapshots against a full replay, account by account'),
    dependencies,
  )
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .action(async (options: Options) => {
      const { data, json, accounts } = options;
      if (readModelsFiles(data).length === 0) throw new NoSuchData(`${data}: there are no read models`);
      const priceBooks = dependencies.priceBooks ?? new PriceBookCatalog(shippedPriceBooks);
      const bar = new ProgressBar(dependencies.errorTerminal);
      const asked = { priceBooks, mode: 'read-models' as const, ...(accounts !== undefined && { accounts }) };
      // The read models that are to be compared are said by their directory, wherever the log is.
      const place = { ...placeIn(options, dependencies), directory: data };
      const report = await auditLedger(place, asked, (done, total) => {
        bar.show(done, total);
      }).finally(() => {
        bar.clear();
      });
      for (const text of json ? [printableJson(report)] : reportLines(report)) line(text);
      ended(report.found + report.others);
    });
}

function reportLines({ findings, found, others, notes, readModels }: LedgerReport): readonly string[] {
  return [
    ...findingLines(findings, found),
    ...notes.map((note) => `note: ${note}`),
    ...(others > 0 ? [`note: the log itself has ${String(others)} findings; verify shows them`] : []),
    ...readModels.map(
      ({ file, events, snapshots }) => `${file}: ${String(events)} events and ${String(snapshots)} snapshots compared`,
    ),
    `diff: ${String(found)} differences`,
  ];
}
