import { Option, type Command } from 'commander';
import { balanceAt, balanceLines, type Moment } from '../balance.ts';
import { logFile } from '../data-directory.ts';
import { openStreams } from '../open-log.ts';
import { moment, wholeNumber, withJson, type CommonWithJson } from './options.ts';
import type { Desk } from './surroundings.ts';

type Options = CommonWithJson & { readonly at?: number; readonly revision?: number };

export function addBalance(program: Command, { surroundings, line, ended }: Desk): void {
  withJson(program.command('balance <accountId>').description('balance and open holds as of a moment, by default now'))
    .addOption(
      new Option('--at <time>', 'every event up to this RFC 3339 time, then what was due at it')
        .argParser(moment)
        .conflicts('revision'),
    )
    .option('--revision <n>', 'exactly the events up to this revision', wholeNumber)
    .action((accountId: string, options: Options) => {
      const { data, json } = options;
      const streams = openStreams(logFile(data));
      try {
        const then = balanceAt(streams, accountId, momentOf(options, surroundings.now()));
        for (const text of json ? [JSON.stringify(then)] : balanceLines(then)) line(text);
        ended(then.findings.length);
      } finally {
        streams.close();
      }
    });
}

/** A moment that is not over yet is now. */
function momentOf({ at, revision }: { readonly at?: number; readonly revision?: number }, now: number): Moment {
  if (revision !== undefined) return { revision };
  return { at: Math.min(at ?? now, now) };
}
