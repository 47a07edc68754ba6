import type { Command } from 'commander';
import { printableJson } from '#terminal';
import { explainHold, storyLines } from '../../reports/explain.ts';
import { lookingInto, withLedgerAndJson, type LedgerOptionsWithJson } from '../ledger-options.ts';
import type { Desk } from '../context.ts';

export function addExplain(program: Command, { surroundings, line, ended }: Desk): void {
  withLedgerAndJson(
    program
      .command('explain <accountId> <holdId>')
      .description('the story of one hold in sentences, with how its price came about'),
    surroundings,
  ).action(async (accountId: string, holdId: string, options: LedgerOptionsWithJson) => {
    const story = await lookingInto(options, surroundings, (ledger) =>
      explainHold(ledger, accountId, holdId, surroundings.now()),
    );
    for (const text of options.json ? [printableJson(story)] : storyLines(story)) line(text);
    ended(story.findings.length);
  });
}
