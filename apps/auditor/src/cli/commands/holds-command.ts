import { type Command, Option } from 'commander';
import { exportHolds } from '../../export/export.ts';
import type { CliContext } from '../context.ts';
import { type ExportOptions, runExport, toSelection, withByteOrderMark, withSelection } from '../exports.ts';

export function addHolds(program: Command, context: CliContext): void {
  const command = program.command('holds').description('every hold that was opened in a period, as it reads now');
  withByteOrderMark(withSelection(command, context.dependencies))
    .addOption(new Option('--format <name>', 'how they are written').choices(['csv']).default('csv'))
    .action((options: ExportOptions) => {
      const selection = toSelection(options);
      const now = context.dependencies.now();
      return runExport(context, options, (log, outlet) => exportHolds(log, selection, now, outlet));
    });
}
