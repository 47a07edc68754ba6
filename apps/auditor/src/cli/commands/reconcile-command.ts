import { type Command, InvalidArgumentError, Option } from 'commander';
import { csvRow, decimal, isTimeZone } from '#domain';
import { printable, wrapped } from '#terminal';
import {
  reconcile,
  type Reconciled,
  results,
  type TheirCall,
  UnusableFile,
  usageErrorsMax,
} from '../../reconcile/reconcile.ts';
import {
  type ColumnNames,
  type OutcomeWords,
  usageColumns,
  type UsageOutcome,
  usageOutcomes,
} from '../../reconcile/usage-dialect.ts';
import { NoSuchData } from '../../source/open-log.ts';
import { terminalColumns, timeText } from '../../texts.ts';
import type { CliContext } from '../context.ts';
import { runExport, withByteOrderMark } from '../exports.ts';
import { type LedgerOptions, withLedgerOptions } from '../ledger-options.ts';
import { moment, wholeNumber } from '../options.ts';

interface Options extends LedgerOptions {
  readonly account?: string;
  readonly window: number;
  readonly column: ColumnNames;
  readonly outcome: OutcomeWords;
  readonly encoding: string;
  readonly timeZone?: string;
  readonly format: 'table' | 'csv';
  readonly bom: boolean;
  readonly from?: number;
  readonly until?: number;
}

const windowSeconds = 300;

/** Calls told before it is asked whether there is room for more. */
const callsAtOnceMax = 1_000;

export function addReconcile(program: Command, context: CliContext): void {
  const command = program
    .command('reconcile <csv>')
    .description("a provider's usage file against the holds of accounts; a request's id is its hold's");
  withByteOrderMark(withLedgerOptions(command, context.dependencies))
    .option('--account <id>', 'whose holds paid for the calls; needed unless the file has a column account')
    .option(
      '--window <seconds>',
      'how far the clocks and the ends of the file may be apart',
      wholeNumber,
      windowSeconds,
    )
    .option('--column <column=name>', `what the file calls one of ${usageColumns.join(', ')}`, renamed, {})
    .option('--outcome <outcome=word>', 'what the file calls match, mismatch or failed', word, new Map())
    .option('--time-zone <zone>', "of times without an offset; by default each account's own", timeZone)
    .option('--encoding <name>', 'of the file, e.g. gb18030', encoding, 'utf-8')
    .option('--from <time>', 'the file covers calls from this RFC 3339 time on; by default from its first', moment)
    .option('--until <time>', 'and up to this one; by default up to its last', moment)
    .addOption(
      new Option('--format <name>', 'differences for a terminal, or every call')
        .choices(['table', 'csv'])
        .default('table'),
    )
    .addHelpText(
      'after',
      `\nThe first row names the columns: ${usageColumns.join(', ')}; the last three may be missing. Fields are apart by\n` +
        'commas, semicolons or tabs; 一致, 不一致 and 失败 are known as outcomes.',
    )
    .action(async (file: string, options: Options) => {
      const { account: accountId, window, column: columns, format, from, until } = options;
      const usage = { columns, words: options.outcome, encoding: options.encoding };
      if (options.bom && format !== 'csv') command.error('error: --bom is for --format csv');
      await runExport(context, options, async (log, outlet) => {
        const windowMs = window * 1_000;
        const now = context.dependencies.now();
        const asked = { accountId, file, format: usage, timeZone: options.timeZone, windowMs, now };
        const period = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
        const lines = format === 'csv' ? csvLines : tableLines(accountId === undefined);
        for (const text of lines.head) outlet.write(text);
        let calls = 0;
        const report = (call: Reconciled): Promise<unknown> | undefined => {
          for (const text of lines.of(call)) outlet.write(text);
          calls += 1;
          return calls % callsAtOnceMax === 0 ? outlet.flush() : undefined;
        };
        const { counts, findings } = await reconcile(log, { ...asked, ...period }, report).catch((error: unknown) => {
          throw error instanceof UnusableFile ? new NoSuchData(formatErrors(file, error)) : error;
        });
        const different = results.slice(1).reduce((sum, result) => sum + counts[result], 0);
        const summary = results.map((result) => `${String(counts[result])} ${result}`).join(', ');
        if (format === 'table') {
          for (const text of [...wrapped(summary, terminalColumns), `reconcile: ${String(different)} differences`])
            outlet.write(`${text}\n`);
        }
        await outlet.flush();
        return { kept: findings.kept, count: findings.count, different };
      });
    });
}

function renamed(text: string, before: ColumnNames): ColumnNames {
  const [column = '', name = ''] = text.split(/=(.*)/s);
  if (name !== '' && (usageColumns as readonly string[]).includes(column)) return { ...before, [column]: name };
  throw new InvalidArgumentError(`It is like request_id=Request; the columns are ${usageColumns.join(', ')}.`);
}

function word(text: string, before: OutcomeWords): OutcomeWords {
  const [outcome = '', name = ''] = text.split(/=(.*)/s);
  if (name !== '' && (usageOutcomes as readonly string[]).includes(outcome)) {
    return new Map([...before, [name.toLowerCase(), outcome as UsageOutcome]]);
  }
  throw new InvalidArgumentError(`It is like match=一致; the outcomes are ${usageOutcomes.join(', ')}.`);
}

function timeZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError('It is like Asia/Shanghai.');
}

function encoding(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw new InvalidArgumentError('It is like utf-8 or gb18030.');
  }
}

function formatErrors(file: string, { message, errors }: UnusableFile): string {
  const lines = errors.map(({ line, error }) => `  line ${String(line)}: ${printable(error)}`);
  const more = errors.length === usageErrorsMax ? [`  … the first ${String(usageErrorsMax)} are shown`] : [];
  return [`${file}: ${message}`, ...lines, ...more].join('\n');
}

interface Lines {
  readonly head: readonly string[];
  readonly of: (call: Reconciled) => readonly string[];
}

/** Differences alone. @param many the calls are of several accounts. */
const tableLines = (many: boolean): Lines => ({
  head: [],
  of: ({ result, theirs, ours }) => {
    if (result === 'matched') return [];
    const line = theirs === undefined ? '' : ` (line ${String(theirs.line)})`;
    const account = many ? `${printable(theirs?.accountId ?? ours?.account_id ?? '')}/` : '';
    const id = printable(theirs?.requestId ?? ours?.hold_id ?? '');
    return [
      `${result}  ${account}${id}${line}\n`,
      ...(theirs === undefined ? [] : [`  there: ${theirText(theirs)}\n`]),
      `  here:  ${ours === undefined ? 'no such hold' : ourText(ours)}\n`,
    ];
  },
});

function theirText({ time, outcome, quantity, amount }: TheirCall): string {
  return [
    timeText(time),
    outcome,
    ...(quantity === null ? [] : [`× ${String(quantity)}`]),
    ...(amount === null ? [] : [amount]),
  ].join(' ');
}

function ourText({
  status,
  outcome,
  quantity,
  charged,
  pack_units: packUnits,
  opened_at: openedAt,
  settled_at: settledAt,
}: NonNullable<Reconciled['ours']>): string {
  const when = settledAt === null ? `opened ${timeText(openedAt)}` : timeText(settledAt);
  return [
    when,
    status,
    ...(outcome === null ? [] : [outcome]),
    ...(quantity === null ? [] : [`× ${String(quantity)}`]),
    charged,
    ...(packUnits === 0 ? [] : [`and ${String(packUnits)} of packs`]),
  ].join(' ');
}

/** Every call. */
const csvLines: Lines = {
  head: [
    csvRow([
      'result',
      'line',
      'account',
      'request_id',
      'their_time',
      'their_outcome',
      'their_quantity',
      'their_amount',
      'our_status',
      'our_outcome',
      'our_quantity',
      'our_amount',
      'our_pack_units',
      'our_opened_at',
      'our_settled_at',
    ]),
  ],
  of: ({ result, theirs, ours }) => [
    csvRow([
      result,
      theirs?.line ?? null,
      theirs?.accountId ?? ours?.account_id ?? null,
      theirs?.requestId ?? ours?.hold_id ?? null,
      theirs === undefined ? null : timeText(theirs.time),
      theirs?.outcome ?? null,
      theirs?.quantity ?? null,
      decimal(theirs?.amount ?? null),
      ours?.status ?? null,
      ours?.outcome ?? null,
      ours?.quantity ?? null,
      decimal(ours?.charged ?? null),
      ours?.pack_units ?? null,
      ours === undefined ? null : timeText(ours.opened_at),
      ours?.settled_at == null ? null : timeText(ours.settled_at),
    ]),
  ],
};
