import { InvalidArgumentError } from 'commander';
import { parseTime } from '../texts.ts';

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It is a whole number.');
}

/** ms since 1970 of an RFC 3339 time. */
export function moment(text: string): number {
  const at = parseTime(text);
  if (at !== undefined) return at;
  throw new InvalidArgumentError('It is a time like 2026-01-29T04:00:00Z.');
}
