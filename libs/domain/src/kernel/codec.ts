import { isRecord } from './validation.ts';

/** Whether a field's value is what it must be. */
export interface Check {
  (value: unknown): boolean;
  /** What it must be, as text: a change of what is stored changes it. */
  readonly shape: string;
}

/** @param shape different from that of every other check. */
export function check(shape: string, holds: (value: unknown) => boolean): Check {
  return Object.assign(holds, { shape });
}

export type Shape<Data> = { readonly [Field in keyof Data]-?: Check };

/** What is wrong with data that should have this shape: a field missing, of another kind, or too many. */
export function findError(data: unknown, shape: Readonly<Record<string, Check>>): string | undefined {
  if (!isRecord(data)) return 'its data is not an object';
  for (const field in shape) {
    if (!Object.hasOwn(data, field)) return `the field ${field} is missing`;
    if (shape[field]?.(data[field]) !== true) return `the field ${field} is not valid`;
  }
  for (const field in data) {
    if (!Object.hasOwn(shape, field)) return `the field ${field} is not known`;
  }
  return undefined;
}

export const text = check('text', (value) => typeof value === 'string');
// Amounts are stored in their canonical text only: what is compared and answered later is the text.
const canonicalAmount = /^(?:0|[1-9]\d{0,17})(?:\.\d{0,7}[1-9])?$/;
export const amount = check('amount', (value) => typeof value === 'string' && canonicalAmount.test(value));
export const signedAmount = check('signed amount', (value) =>
  typeof value === 'string' && value.startsWith('-') ? value !== '-0' && amount(value.slice(1)) : amount(value),
);
export const whole = check('whole', (value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const above0 = check('above 0', (value) => whole(value) && value !== 0);
export const flag = check('flag', (value) => typeof value === 'boolean');
export const pick = (...texts: readonly string[]): Check =>
  check(texts.join(' or '), (value) => typeof value === 'string' && texts.includes(value));
export const outcome = pick('match', 'mismatch');
export const list = (each: Check): Check =>
  check(`list of ${each.shape}`, (value) => Array.isArray(value) && value.every(each));
export const orNull = (given: Check): Check =>
  check(`(${given.shape} or null)`, (value) => value === null || given(value));
export const record = (shape: Readonly<Record<string, Check>>): Check =>
  check(shapeText(shape), (value) => findError(value, shape) === undefined);

/** Only fields that the shape knows; each may be missing. */
export const nonEmptyList = (shape: Readonly<Record<string, Check>>): Check =>
  check(
    `some of ${shapeText(shape)}`,
    (value) => isRecord(value) && Object.entries(value).every(([field, one]) => shape[field]?.(one) === true),
  );
export const map = (each: Check): Check =>
  check(`map of ${each.shape}`, (value) => isRecord(value) && Object.values(value).every(each));
export const texts = map(text);

/** A shape as text. The order of its fields does not matter: nothing is read by it. */
export function shapeText(shape: Readonly<Record<string, Check>>): string {
  const fields = Object.entries(shape).map(([field, { shape: of }]) => `${field}: ${of}`);
  return `{${fields.sort().join(', ')}}`;
}
