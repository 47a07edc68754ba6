import { InvalidArgumentError, type Command } from 'commander';
import { ProgressBar } from '#terminal';
import { logFile } from '../data-directory.ts';
import type { Outlet } from '../export.ts';
import type { Findings } from '../finding.ts';
import { openLog, openStreams, type AuditedLog } from '../open-log.ts';
import type { Streams } from '../account-history.ts';
import { everything, type Selection } from '../selection.ts';
import { findingLines } from '../texts.ts';
import { moment, withData, type Common } from './options.ts';
import { openKurrentDb, withKurrentDb, type KurrentDbChoice } from './kurrentdb-options.ts';
import type { Desk, Surroundings } from './surroundings.ts';

export interface ExportOptions extends Common, KurrentDbChoice {
  readonly account: readonly string[];
  readonly accounts?: string;
  readonly from?: number;
  readonly until?: number;
}

/** What every export takes: which accounts, and of which time. */
export function withSelection(command: Command, surroundings: Surroundings): Command {
  return withKurrentDb(withData(command), surroundings)
    .option('--account <id>', 'only this account; can be given several times', gathered, [])
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .option('--from <time>', 'only what happened at this RFC 3339 time or later', moment)
    .option('--until <time>', 'only what happened before this time', moment);
}

function gathered(text: string, before: readonly string[]): readonly string[] {
  if (text === '') throw new InvalidArgumentError('It is the id of an account.');
  return [...before, text];
}

export function selectionOf({ account, accounts, from, until }: ExportOptions): Selection {
  return {
    ids: account,
    prefix: accounts ?? everything.prefix,
    from: from ?? everything.from,
    until: until ?? everything.until,
  };
}

/**
 * Runs an export of the log in a data directory or a KurrentDB: the data go to the standard output, everything else to the standard error.
 */
export async function runExport(
  { surroundings, ended }: Desk,
  options: Common & Partial<KurrentDbChoice>,
  work: (
    log: AuditedLog & Partial<Streams>,
    outlet: Outlet,
  ) => Promise<Pick<Findings, 'kept' | 'count'> & { readonly different?: number }>,
): Promise<void> {
  const bar = new ProgressBar(surroundings.errorTerminal);
  const source = await openSource(options, surroundings);
  let kept = '';
  const outlet: Outlet = {
    line: (text) => {
      kept += `${text}\n`;
    },
    room: () => {
      surroundings.write(kept);
      kept = '';
      return surroundings.roomToWrite?.() ?? Promise.resolve(true);
    },
    progress: (read, toRead) => {
      bar.show(read, toRead);
    },
  };
  try {
    const { kept: findings, count, different = 0 } = await work(source.log, outlet);
    bar.clear();
    for (const text of findingLines(findings, count)) surroundings.complain(`${text}\n`);
    ended(count + different);
  } finally {
    bar.clear();
    await source.close();
  }
}

interface Source {
  readonly log: AuditedLog & Partial<Streams>;
  readonly close: () => void | Promise<void>;
}

async function openSource(
  { data, kurrentdb = false, namespace = '' }: Common & Partial<KurrentDbChoice>,
  surroundings: Surroundings,
): Promise<Source> {
  if (kurrentdb) {
    const store = await openKurrentDb({ kurrentdb, namespace }, surroundings);
    return { log: { readAll: store.readAll.bind(store) }, close: () => store.close() };
  }
  const file = logFile(data);
  const log = openLog(file);
  const streams = openStreams(file);
  return {
    log: {
      readAll: log.readAll.bind(log),
      eventsToRead: log.eventsToRead,
      readStream: streams.readStream.bind(streams),
    },
    close: () => {
      streams.close();
      log.close();
    },
  };
}
