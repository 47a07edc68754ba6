import { Option, type Command } from 'commander';
import { exportEvents } from '../../export/export.ts';
import { runExport, selectionOf, withSelection, type ExportOptions } from '../exports.ts';
import type { Desk } from '../context.ts';

export function addEvents(program: Command, desk: Desk): void {
  withSelection(program.command('events').description('every event as it is stored, with its hash'), desk.surroundings)
    .addOption(new Option('--format <name>', 'how they are written').choices(['jsonl']).default('jsonl'))
    .action((options: ExportOptions) => {
      const selection = selectionOf(options);
      return runExport(desk, options, (log, outlet) => exportEvents(log, selection, outlet));
    });
}
