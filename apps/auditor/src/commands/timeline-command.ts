import type { Command } from 'commander';
import { logFile } from '../data-directory.ts';
import { openStreams } from '../open-log.ts';
import { timeline } from '../timeline.ts';
import { moment, wholeNumber, withData, type Common } from './options.ts';
import type { Desk } from './surroundings.ts';

interface Options extends Common {
  readonly from: number;
  readonly until: number;
  readonly limit: number;
}

export function addTimeline(program: Command, { line, ended }: Desk): void {
  withData(program.command('timeline <accountId>').description('the history of an account for a terminal, day by day'))
    .option('--from <time>', 'only what happened at this RFC 3339 time or later', moment, 0)
    .option('--until <time>', 'only what happened before this time', moment, Number.POSITIVE_INFINITY)
    .option('--limit <n>', 'most events to show', wholeNumber, Number.MAX_SAFE_INTEGER)
    .action((accountId: string, { data, from, until, limit }: Options) => {
      const streams = openStreams(logFile(data));
      try {
        ended(timeline(streams, accountId, { from, until, limit }, line).length);
      } finally {
        streams.close();
      }
    });
}
