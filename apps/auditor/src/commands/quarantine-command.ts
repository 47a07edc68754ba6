import type { Command } from 'commander';
import { printable, ProgressBar, wrapped } from '#terminal';
import { logFile, viewsFiles } from '../data-directory.ts';
import { openLog } from '../open-log.ts';
import { quarantineOf, type ParkedEvent, type Quarantine, type StoppedAccount } from '../quarantine.ts';
import { terminalColumns } from '../texts.ts';
import { openKurrentDb, withKurrentDb, type KurrentDbChoice } from './kurrentdb-options.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk, Surroundings } from './surroundings.ts';

type Options = CommonWithJson & KurrentDbChoice;

export function addQuarantine(program: Command, { surroundings, line, ended }: Desk): void {
  const command = withKurrentDb(program.command('quarantine'), surroundings);
  withJson(command.description('accounts that are out of service, with the event that stops them and why')).action(
    async (options: Options) => {
      const bar = new ProgressBar(surroundings.errorTerminal);
      const found = await look(options, surroundings, (read, toRead) => {
        bar.show(read, toRead);
      }).finally(() => {
        bar.clear();
      });
      for (const text of options.json ? [JSON.stringify(found)] : linesOf(found)) line(text);
      ended(found.stopped.length + found.parked.length);
    },
  );
}

async function look(
  options: Options,
  surroundings: Surroundings,
  progress: (read: number, toRead: number | undefined) => void,
): Promise<Quarantine> {
  if (options.kurrentdb) {
    const store = await openKurrentDb(options, surroundings);
    try {
      return await quarantineOf(store, [], progress);
    } finally {
      await store.close();
    }
  }
  const log = openLog(logFile(options.data));
  try {
    return await quarantineOf(log, viewsFiles(options.data), progress);
  } finally {
    log.close();
  }
}

function linesOf({ stopped, parked }: Quarantine): readonly string[] {
  const [behind, others] = [parked.filter(({ readable }) => readable), parked.filter(({ readable }) => !readable)];
  return [
    ...stopped.flatMap((account) => [
      ...stopLines(account),
      ...others
        .filter(({ accountId }) => accountId === account.accountId)
        .map(({ file }) => `  passed over in ${file}, too`),
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

/** This program takes the event, so only the views have to be made anew. */
function parkedLines({ file, accountId, revision, type, reason }: ParkedEvent): readonly string[] {
  return [
    `${printable(accountId)}  revision ${String(revision)}, in ${file} only`,
    ...wrapped(`${printable(type)}: ${printable(reason)}`, terminalColumns, '  '),
    '  It can be read by now: make the views anew (repair).',
  ];
}
