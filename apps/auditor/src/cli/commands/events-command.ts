import { type Command, Option } from 'commander';
import { exportEvents } from '../../export/export.ts';
import type { CliContext } from '../context.ts';
import { type ExportOptions, runExport, toSelection, withSelection } from '../exports.ts';

export function addEvents(program: Command, context: CliContext): void {
  withSelection(
    program.command('events').description('every event as it is stored, with its hash'),
    context.dependencies,
  )
    .addOption(new Option('--format <name>', 'how they are written').choices(['jsonl']).default('jsonl'))
    .action((options: ExportOptions) => {
      const selection = toSelection(options);
      return runExport(context, options, (log, outlet) => exportEvents(log, selection, outlet));
    });
}
