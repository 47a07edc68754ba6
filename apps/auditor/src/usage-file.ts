import { amountFault, formatMoney, parseMoney } from '#ledger';
import { CsvFault, csvRowsOf } from './csv-rows.ts';
import { timeOf } from './texts.ts';

/** What a provider says of one call. */
export interface UsageRow {
  /** Of the file, counted from 1. */
  readonly line: number;
  readonly requestId: string;
  /** ms since 1970. */
  readonly time: number;
  /** `failed`: no result was reached, so nothing is to be charged. */
  readonly outcome: 'match' | 'mismatch' | 'failed';
  /** Null where the file does not say. */
  readonly quantity: number | null;
  /** Canonical; null where the file does not say. */
  readonly amount: string | null;
}

/** What is wrong with a line of a usage file. */
export interface UsageFault {
  readonly line: number;
  readonly fault: string;
}

/** The columns that a usage file has, or may have; in any order, with any others beside them. */
export const usageColumns = ['request_id', 'time', 'outcome', 'quantity', 'amount'] as const;

type UsageColumn = (typeof usageColumns)[number];

const neededColumns: readonly UsageColumn[] = ['request_id', 'time', 'outcome'];

/** What a file calls the columns, where it calls them otherwise. */
export type ColumnNames = Readonly<Partial<Record<UsageColumn, string>>>;

const idText = /^[A-Za-z0-9._~-]{1,64}$/;

/**
 * The rows of a provider's usage file, one at a time, and what is wrong with it, line by line. A first row that does not
 * name the columns is the only thing wrong.
 */
export async function* usageRows(file: string, names: ColumnNames = {}): AsyncGenerator<UsageRow | UsageFault, void> {
  let places: Readonly<Record<UsageColumn, number>> | undefined;
  try {
    for await (const { line, fields } of csvRowsOf(file)) {
      if (places === undefined) {
        const found = placesIn(fields, names);
        if (typeof found === 'string') {
          yield { line, fault: found };
          return;
        }
        places = found;
        continue;
      }
      yield rowOf(line, fields, places);
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    yield { line: error.line, fault: error.message };
    return;
  }
  if (places === undefined) yield { line: 1, fault: 'it is empty: its first row names the columns' };
}

function placesIn(header: readonly string[], names: ColumnNames): Readonly<Record<UsageColumn, number>> | string {
  const trimmed = header.map((name) => name.replace(/^\ufeff/, '').trim());
  const places = Object.fromEntries(
    usageColumns.map((column) => [column, trimmed.indexOf(names[column] ?? column)]),
  ) as Record<UsageColumn, number>;
  const missing = neededColumns.filter((column) => places[column] < 0).map((column) => names[column] ?? column);
  if (missing.length > 0) return `its first row does not name the columns ${missing.join(', ')}`;
  const renamed = usageColumns.filter((column) => names[column] !== undefined && places[column] < 0);
  if (renamed.length > 0) return `there is no column ${renamed.map((column) => names[column]).join(', ')}`;
  return places;
}

function rowOf(
  line: number,
  fields: readonly string[],
  places: Readonly<Record<UsageColumn, number>>,
): UsageRow | UsageFault {
  const field = (column: UsageColumn): string => (fields[places[column]] ?? '').trim();
  const requestId = field('request_id');
  const time = timeOf(field('time'));
  const outcome = field('outcome').toLowerCase();
  const quantity = field('quantity');
  const amount = field('amount');
  if (!idText.test(requestId)) return { line, fault: `${JSON.stringify(requestId)} is not the id of a request` };
  if (time === undefined)
    return { line, fault: `${JSON.stringify(field('time'))} is not a time like 2026-01-29T04:00:00Z` };
  if (outcome !== 'match' && outcome !== 'mismatch' && outcome !== 'failed') {
    return { line, fault: `the outcome ${JSON.stringify(outcome)} is none of match, mismatch, failed` };
  }
  if (quantity !== '' && !/^[1-9]\d{0,6}$/.test(quantity))
    return { line, fault: `the quantity ${quantity} is no count` };
  const fault = amount === '' ? undefined : amountFault(amount);
  if (fault !== undefined) return { line, fault: `the amount ${JSON.stringify(amount)}: ${fault}` };
  return {
    line,
    requestId,
    time,
    outcome,
    quantity: quantity === '' ? null : Number(quantity),
    amount: amount === '' ? null : formatMoney(parseMoney(amount)),
  };
}

export function isFault(row: UsageRow | UsageFault): row is UsageFault {
  return 'fault' in row;
}
