import { formatMoney, isId, parseMoney, validateAmount } from '#domain';
import { CsvError, readCsvRows } from './csv-rows.ts';
import type { Dialect, UsageColumn, UsageOutcome } from './usage-dialect.ts';
import { type UsageTime, usageTime } from './usage-times.ts';

/** What a provider says of one call. */
export interface UsageRow {
  /** Of the file, counted from 1. */
  readonly line: number;
  readonly requestId: string;
  /** Undefined where the file does not say. */
  readonly accountId: string | undefined;
  readonly time: UsageTime;
  readonly outcome: UsageOutcome;
  /** Null where the file does not say. */
  readonly quantity: number | null;
  /** Canonical; null where the file does not say. */
  readonly amount: string | null;
}

/** What is wrong with a line of a usage file. */
export interface UsageError {
  readonly line: number;
  readonly error: string;
}

/** The rows of a provider's usage file, one at a time, and what is wrong with it, line by line. */
export async function* usageRows(file: string, dialect: Dialect): AsyncGenerator<UsageRow | UsageError, void> {
  let header = true;
  try {
    for await (const { line, fields } of readCsvRows(file, dialect.delimiter, dialect.encoding)) {
      if (!header) yield parseRow(line, fields, dialect);
      header = false;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield { line: error.line, error: error.message };
  }
}

function parseRow(line: number, fields: readonly string[], dialect: Dialect): UsageRow | UsageError {
  if (fields.length !== dialect.fields) {
    return { line, error: `it has ${String(fields.length)} fields, and the first row ${String(dialect.fields)}` };
  }
  const field = (column: UsageColumn): string => (fields[dialect.places[column]] ?? '').trim();
  const requestId = field('request_id');
  const account = field('account');
  const time = usageTime(field('time'));
  const outcome = dialect.words.get(field('outcome').toLowerCase());
  const quantity = field('quantity');
  const amount = field('amount');
  const named = dialect.places.account >= 0;
  if (!isId(requestId)) return { line, error: `${JSON.stringify(requestId)} is not the id of a request` };
  if (named && !isId(account)) return { line, error: `${JSON.stringify(account)} is not the id of an account` };
  if (time === undefined) {
    const error = `${JSON.stringify(field('time'))} is not a time like 2026-01-29T04:00:00Z or 2026/1/29 12:00`;
    return { line, error };
  }
  if (outcome === undefined) {
    const known = [...dialect.words.keys()].join(', ');
    return { line, error: `the outcome ${JSON.stringify(field('outcome'))} is none of ${known}` };
  }
  if (quantity !== '' && !/^[1-9]\d{0,6}$/.test(quantity))
    return { line, error: `the quantity ${JSON.stringify(quantity)} is no count` };
  const error = amount === '' ? undefined : validateAmount(amount);
  if (error !== undefined) return { line, error: `the amount ${JSON.stringify(amount)}: ${error}` };
  return {
    line,
    requestId,
    accountId: named ? account : undefined,
    time,
    outcome,
    quantity: quantity === '' ? null : Number(quantity),
    amount: amount === '' ? null : formatMoney(parseMoney(amount)),
  };
}

export function isUsageError(row: UsageRow | UsageError): row is UsageError {
  return 'error' in row;
}
