import type { Command } from 'commander';
import { logFile } from '../data-directory.ts';
import { openStreams } from '../open-log.ts';
import { replay } from '../replay.ts';
import { wholeNumber, withJson, type CommonWithJson } from './options.ts';
import type { Desk } from './surroundings.ts';

type Options = CommonWithJson & { readonly from: number; readonly limit: number };

export function addReplay(program: Command, { line, ended }: Desk): void {
  withJson(program.command('replay <accountId>').description('the history of an account, one line an event'))
    .option('--from <revision>', 'first revision to show', wholeNumber, 0)
    .option('--limit <n>', 'most events to show', wholeNumber, Number.MAX_SAFE_INTEGER)
    .action((accountId: string, { data, json, from, limit }: Options) => {
      const streams = openStreams(logFile(data));
      try {
        ended(replay(streams, accountId, { from, limit, json }, line).length);
      } finally {
        streams.close();
      }
    });
}
