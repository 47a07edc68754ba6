import { CsvError, type CsvRow, readCsvRows } from './csv-rows.ts';

/** The columns that a usage file has, or may have; in any order, with any others beside them. */
export const usageColumns = ['request_id', 'time', 'outcome', 'quantity', 'amount', 'account'] as const;

export type UsageColumn = (typeof usageColumns)[number];

const neededColumns: readonly UsageColumn[] = ['request_id', 'time', 'outcome'];

/** What a file calls the columns, where it calls them otherwise. */
export type ColumnNames = Readonly<Partial<Record<UsageColumn, string>>>;

/** `failed`: no result was reached, so nothing is to be charged. */
export const usageOutcomes = ['match', 'mismatch', 'failed'] as const;

export type UsageOutcome = (typeof usageOutcomes)[number];

/** What files write for an outcome, in lower case. */
export type OutcomeWords = ReadonlyMap<string, UsageOutcome>;

/** The words that need not be told. */
export const knownWords: OutcomeWords = new Map<string, UsageOutcome>([
  ...usageOutcomes.map((outcome) => [outcome, outcome] as const),
  ['一致', 'match'],
  ['不一致', 'mismatch'],
  ['失败', 'failed'],
]);

/** What is known of a file before it is read. */
export interface UsageFormat {
  readonly columns: ColumnNames;
  /** Beside those that are known anyway. */
  readonly words: OutcomeWords;
  /** As the Encoding Standard calls it, e.g. `gb18030`. */
  readonly encoding: string;
}

/** How a file is to be read. */
export interface Dialect {
  readonly delimiter: string;
  readonly encoding: string;
  readonly words: OutcomeWords;
  /** Where each column stands; -1: it is not there. */
  readonly places: Readonly<Record<UsageColumn, number>>;
  /** Fields of every row. */
  readonly fields: number;
}

const delimiters = [',', ';', '\t'] as const;

/**
 * Finds out from the first row how a file is to be read: its fields are apart by commas, semicolons or tabs.
 *
 * @throws CsvError if no first row names the columns, or names one of them twice.
 */
export async function readUsageDialect(file: string, { columns, words, encoding }: UsageFormat): Promise<Dialect> {
  let firstError: CsvError | undefined;
  for (const delimiter of delimiters) {
    try {
      const { line, fields } = await firstRow(file, delimiter, encoding);
      const places = placesIn(line, fields, columns);
      return { delimiter, encoding, words: new Map([...knownWords, ...words]), places, fields: fields.length };
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      // What is wrong with a file is told as of one with commas, unless others come nearer to it.
      if (firstError === undefined || error instanceof RepeatedColumn) firstError = error;
    }
  }
  throw firstError ?? new CsvError(1, 'it is empty');
}

class RepeatedColumn extends CsvError {}

async function firstRow(file: string, delimiter: string, encoding: string): Promise<CsvRow> {
  for await (const row of readCsvRows(file, delimiter, encoding)) return row;
  throw new CsvError(1, 'it is empty: its first row names the columns');
}

function placesIn(line: number, header: readonly string[], names: ColumnNames): Dialect['places'] {
  const trimmed = header.map((name) => name.replace(/^\ufeff/, '').trim());
  const columnName = (column: UsageColumn): string => names[column] ?? column;
  const entries = usageColumns.map((column) => [column, trimmed.indexOf(columnName(column))] as const);
  const places = Object.fromEntries(entries) as Record<UsageColumn, number>;
  const missing = neededColumns.filter((column) => places[column] < 0).map(columnName);
  if (missing.length > 0) throw new CsvError(line, `its first row does not name the columns ${missing.join(', ')}`);
  const renamed = usageColumns.filter((column) => names[column] !== undefined && places[column] < 0);
  if (renamed.length > 0) throw new CsvError(line, `there is no column ${renamed.map(columnName).join(', ')}`);
  const repeated = usageColumns.filter((column) => trimmed.lastIndexOf(columnName(column)) !== places[column]);
  if (repeated.length > 0) {
    throw new RepeatedColumn(
      line,
      `its first row names more than once the columns ${repeated.map(columnName).join(', ')}`,
    );
  }
  return places;
}
