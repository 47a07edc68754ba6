import type { Command } from 'commander';
import { printable, printableJson, ProgressBar, wrapped } from '#terminal';
import { type ParkedEvent, type Quarantine, readQuarantine, type StoppedAccount } from '../../repair/quarantine.ts';
import { listReadModelsFiles } from '../../source/ledger-place.ts';
import { withLedger } from '../../source/open-ledger.ts';
import { terminalColumns } from '../../texts.ts';
import type { CliContext } from '../context.ts';
import { type LedgerOptionsWithJson, placeIn, withLedgerAndJson } from '../ledger-options.ts';

export function addQuarantine(program: Command, { dependencies, line, ended }: CliContext): void {
  withLedgerAndJson(
    program
      .command('quarantine')
      .description('accounts that are out of service, with the event that stops them and why'),
    dependencies,
  ).action(async (options: LedgerOptionsWithJson) => {
    const bar = new ProgressBar(dependencies.errorTerminal);
    const place = placeIn(options, dependencies);
    const progress = (read: number, toRead: number | undefined): void => {
      bar.show(read, toRead);
    };
    const found = await withLedger(place, (ledger) =>
      readQuarantine(ledger, listReadModelsFiles(place), progress),
    ).finally(() => {
      bar.clear();
    });
    for (const text of options.json ? [printableJson(found)] : formatLines(found)) line(text);
    ended(found.stopped.length + found.parked.length);
  });
}

function formatLines({ stopped, parked }: Quarantine): readonly string[] {
  const [behind, others] = [parked.filter(({ readable }) => readable), parked.filter(({ readable }) => !readable)];
  return [
    ...stopped.flatMap((account) => [
      ...stopLines(account),
      ...others
        .filter(({ accountId }) => accountId === account.accountId)
        .map(({ file }) => `  skipped in ${file}, too`),
    ]),
    ...behind.flatMap(parkedLines),
    `quarantine: ${String(stopped.length)} accounts`,
  ];
}

function stopLines({ accountId, revision, position, type, kind, reason, after }: StoppedAccount): readonly string[] {
  return [
    `${printable(accountId)}  revision ${String(revision)} at position ${printable(position)}`,
    ...wrapped(`${printable(type)}, ${String(after)} events after it`, terminalColumns, '  '),
    ...wrapped(`${kind}: ${printable(reason)}`, terminalColumns, '  '),
  ];
}

/** This program takes the event, so only the read models have to be rebuilt. */
function parkedLines({ file, accountId, revision, type, reason }: ParkedEvent): readonly string[] {
  return [
    `${printable(accountId)}  revision ${String(revision)}, in ${file} only`,
    ...wrapped(`${printable(type)}: ${printable(reason)}`, terminalColumns, '  '),
    '  It can be read now: rebuild the read models (repair).',
  ];
}
