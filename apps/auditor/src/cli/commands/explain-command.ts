import type { Command } from 'commander';
import { printableJson } from '#terminal';
import { explainHold, scenarioLines } from '../../reports/explain.ts';
import type { CliContext } from '../context.ts';
import { type LedgerOptionsWithJson, useLedger, withLedgerAndJson } from '../ledger-options.ts';

export function addExplain(program: Command, { dependencies, line, ended }: CliContext): void {
  withLedgerAndJson(
    program
      .command('explain <accountId> <holdId>')
      .description('the history of one hold in sentences, with how its price was calculated'),
    dependencies,
  ).action(async (accountId: string, holdId: string, options: LedgerOptionsWithJson) => {
    const scenario = await useLedger(options, dependencies, (ledger) =>
      explainHold(ledger, accountId, holdId, dependencies.now()),
    );
    for (const text of options.json ? [printableJson(scenario)] : scenarioLines(scenario)) line(text);
    ended(scenario.findings.length);
  });
}
