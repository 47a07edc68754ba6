import type { Command } from 'commander';
import { logFile } from '../data-directory.ts';
import { explainHold, storyLines } from '../explain.ts';
import { openStreams } from '../open-log.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk } from './surroundings.ts';

export function addExplain(program: Command, { surroundings, line, ended }: Desk): void {
  withJson(
    program
      .command('explain <accountId> <holdId>')
      .description('the story of one hold in sentences, with how its price came about'),
  ).action((accountId: string, holdId: string, { data, json }: CommonWithJson) => {
    const streams = openStreams(logFile(data));
    try {
      const story = explainHold(streams, accountId, holdId, surroundings.now());
      for (const text of json ? [JSON.stringify(story)] : storyLines(story)) line(text);
      ended(story.findings.length);
    } finally {
      streams.close();
    }
  });
}
