import { type Command, Option } from 'commander';
import { exportJournal } from '../../export/export.ts';
import { hledgerJournal } from '../../export/hledger-journal.ts';
import { csvJournal, type JournalFormat } from '../../export/journal-texts.ts';
import type { CliContext } from '../context.ts';
import { type ExportOptions, runExport, toSelection, withByteOrderMark, withSelection } from '../exports.ts';

type Format = 'csv' | 'hledger';

const formats: Readonly<Record<Format, () => JournalFormat>> = { csv: csvJournal, hledger: hledgerJournal };

export function addJournal(program: Command, context: CliContext): void {
  const command = program.command('journal').description('the double-entry journal, with the balance after every line');
  withByteOrderMark(withSelection(command, context.dependencies))
    .addOption(new Option('--format <name>', 'how it is written').choices(Object.keys(formats)).default('csv'))
    .action((options: ExportOptions & { readonly format: Format }) => {
      if (options.bom === true && options.format !== 'csv') command.error('error: --bom is for --format csv');
      const selection = toSelection(options);
      const format = formats[options.format]();
      return runExport(context, options, (log, outlet) => exportJournal(log, selection, format, outlet));
    });
}
