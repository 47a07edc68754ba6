import type { Command } from 'commander';
import { printable, printableJson, ProgressBar } from '#terminal';
import { repair, type Repaired } from '../../repair/repair.ts';
import { readModelsFiles } from '../../source/data-directory.ts';
import type { CliContext, CliDependencies } from '../context.ts';
import { type LedgerOptionsWithJson, useLedger, withLedgerAndJson } from '../ledger-options.ts';

export function addRepair(program: Command, { dependencies, line, ended }: CliContext): void {
  withLedgerAndJson(
    program
      .command('repair')
      .description('rebuilds the read models from the log; refuses while a service has them open'),
    dependencies,
  ).action(async (options: LedgerOptionsWithJson) => {
    const repaired = await repairBy(options, dependencies);
    for (const text of options.json ? [printableJson(repaired)] : formatLines(repaired)) line(text);
    ended(repaired.stopped.length);
  });
}

async function repairBy(options: LedgerOptionsWithJson, dependencies: CliDependencies): Promise<Repaired> {
  const { data } = options;
  // Whatever is wrong with the place is said before anything is changed.
  readModelsFiles(data);
  const bar = new ProgressBar(dependencies.errorTerminal, 'read models');
  return useLedger(options, dependencies, (ledger) =>
    repair(data, ledger, dependencies.now(), (events) => {
      bar.show(events, ledger.eventsToRead);
    }),
  ).finally(() => {
    bar.clear();
  });
}

function formatLines({ files, snapshots, stopped }: Repaired): readonly string[] {
  return [
    ...stopped.map(([accountId, reason]) => `${printable(accountId)} stays out of service: ${printable(reason)}`),
    ...files.map((file) => `${file}: rebuilt`),
    `repair: ${String(files.length)} files, ${String(snapshots)} snapshots`,
  ];
}
