import type { Command } from 'commander';
import { printable, ProgressBar, printableJson } from '#terminal';
import { viewsFiles } from '../../source/data-directory.ts';
import { repair, type Repaired } from '../../repair/repair.ts';
import { lookingInto, withLedgerAndJson, type LedgerOptionsWithJson } from '../ledger-options.ts';
import type { Desk, Surroundings } from '../context.ts';

export function addRepair(program: Command, { surroundings, line, ended }: Desk): void {
  withLedgerAndJson(
    program.command('repair').description('makes the views anew from the log; refuses while a service has them open'),
    surroundings,
  ).action(async (options: LedgerOptionsWithJson) => {
    const repaired = await repairBy(options, surroundings);
    for (const text of options.json ? [printableJson(repaired)] : linesOf(repaired)) line(text);
    ended(repaired.stopped.length);
  });
}

async function repairBy(options: LedgerOptionsWithJson, surroundings: Surroundings): Promise<Repaired> {
  const { data } = options;
  // Whatever is wrong with the place is said before anything is changed.
  viewsFiles(data);
  const bar = new ProgressBar(surroundings.errorTerminal, 'views');
  return lookingInto(options, surroundings, (ledger) =>
    repair(data, ledger, surroundings.now(), (events) => {
      bar.show(events, ledger.eventsToRead);
    }),
  ).finally(() => {
    bar.clear();
  });
}

function linesOf({ files, snapshots, stopped }: Repaired): readonly string[] {
  return [
    ...stopped.map(([accountId, reason]) => `${printable(accountId)} stays out of service: ${printable(reason)}`),
    ...files.map((file) => `${file}: made anew`),
    `repair: ${String(files.length)} files, ${String(snapshots)} snapshots`,
  ];
}
