import type { Command } from 'commander';
import { ReadOnlyEventStore } from '#event-store';
import { printable, ProgressBar } from '#terminal';
import { logFile, viewsFiles } from '../data-directory.ts';
import { openLog, openStreams } from '../open-log.ts';
import { repair, type Repaired } from '../repair.ts';
import { openKurrentDb, withKurrentDb, type KurrentDbChoice } from './kurrentdb-options.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk, Surroundings } from './surroundings.ts';

type Options = CommonWithJson & KurrentDbChoice;

export function addRepair(program: Command, { surroundings, line, ended }: Desk): void {
  const command = withKurrentDb(program.command('repair'), surroundings);
  withJson(command.description('makes the views anew from the log; refuses while a service has them open')).action(
    async (options: Options) => {
      const repaired = await repairBy(options, surroundings);
      for (const text of options.json ? [JSON.stringify(repaired)] : linesOf(repaired)) line(text);
      ended(repaired.stopped.length);
    },
  );
}

async function repairBy(options: Options, surroundings: Surroundings): Promise<Repaired> {
  const { data, kurrentdb } = options;
  // Whatever is wrong with the place is said before anything is changed.
  viewsFiles(data);
  const toRead = kurrentdb ? undefined : eventsIn(data);
  const bar = new ProgressBar(surroundings.errorTerminal, 'views');
  const store = kurrentdb
    ? await openKurrentDb(options, surroundings)
    : new ReadOnlyEventStore(openStreams(logFile(data)));
  try {
    return await repair(data, store, surroundings.now(), (events) => {
      bar.show(events, toRead);
    });
  } finally {
    bar.clear();
    await store.close();
  }
}

function eventsIn(directory: string): number {
  const log = openLog(logFile(directory));
  try {
    return log.eventsToRead;
  } finally {
    log.close();
  }
}

function linesOf({ files, snapshots, stopped }: Repaired): readonly string[] {
  return [
    ...stopped.map(([accountId, reason]) => `${printable(accountId)} stays out of service: ${printable(reason)}`),
    ...files.map((file) => `${file}: made anew`),
    `repair: ${String(files.length)} files, ${String(snapshots)} snapshots`,
  ];
}
