import { isRecord } from './validation.ts';

/** Whether a field's value is what it must be. */
export type Check = (value: unknown) => boolean;

export type Shape<Data> = { readonly [Field in keyof Data]-?: Check };

/** What is wrong with data that should have this shape: a field missing, of another kind, or too many. */
export function faultIn(data: unknown, shape: Readonly<Record<string, Check>>): string | undefined {
  if (!isRecord(data)) return 'its data is not an object';
  for (const field in shape) {
    // A field that came later is one whose check lets it be missing.
    if (!Object.hasOwn(data, field) && shape[field]?.(undefined) === true) continue;
    if (!Object.hasOwn(data, field)) return `the field ${field} is missing`;
    if (shape[field]?.(data[field]) !== true) return `the field ${field} is not valid`;
  }
  for (const field in data) {
    if (!Object.hasOwn(shape, field)) return `the field ${field} is not known`;
  }
  return undefined;
}

export const text: Check = (value) => typeof value === 'string';
// Amounts are stored in their canonical text only: what is compared and answered later is the text.
const canonicalAmount = /^(?:0|[1-9]\d{0,17})(?:\.\d{0,7}[1-9])?$/;
export const amount: Check = (value) => typeof value === 'string' && canonicalAmount.test(value);
export const signedAmount: Check = (value) =>
  typeof value === 'string' && (value.startsWith('-') ? value !== '-0' && amount(value.slice(1)) : amount(value));
export const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const above0: Check = (value) => whole(value) && value !== 0;
export const flag: Check = (value) => typeof value === 'boolean';
export const outcome: Check = (value) => value === 'match' || value === 'mismatch';
export const texts: Check = (value) => isRecord(value) && Object.values(value).every(text);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
export const orMissing =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
export const record =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    faultIn(value, shape) === undefined;

/** Only fields that the shape knows; each may be missing. */
export const someOf =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(value).every(([field, one]) => shape[field]?.(one) === true);
export const mapOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);
