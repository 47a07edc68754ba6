import { z } from 'zod';

/*
 * The fields that bodies are made of, with their bounds.
 */

const idShape = /^[A-Za-z0-9._~-]{1,64}$/;
const amountShape = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,8})?$/;
const signedAmountShape = /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,8})?$/;
const priceBookShape = /^[a-z0-9][a-z0-9-]{0,39}(@[1-9]\d{0,5})?$/;
const nothing = /^-?0(?:\.0+)?$/;

/** Marks the faults of amounts, which have a problem code of their own. */
export const amountFault = 'an amount is a decimal string';

const amountRule = `${amountFault}: "0" or a first digit 1-9, at most 18 digits before the point and 1 to 8 after it`;

/** What an id is, as it is said to whoever sends something else. */
export const idRule = 'an id has 1 to 64 characters of A-Z a-z 0-9 . _ ~ -';

/** What names a price book, likewise. */
export const priceBookNameRule = 'a price book is named name or name@version';

const nameShape = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Whether a text can be the id of something. */
export function isId(text: string): boolean {
  return idShape.test(text) && text !== '.' && text !== '..';
}

/** Chosen by the caller; names the thing for ever. */
export const id = z
  .string({ error: 'an id is a string' })
  .regex(idShape, { error: idRule })
  .refine((text) => text !== '.' && text !== '..', { error: 'an id is neither "." nor ".."' });

/** Zero or more. */
export const amount = z
  .string({ error: amountRule })
  .regex(amountShape, { error: amountRule })
  .meta({ examples: ['0.85'] });

/** More than zero. */
export const positiveAmount = amount.refine((text) => !nothing.test(text), {
  error: `${amountFault} above zero here`,
});

/** More or less than zero. */
export const signedAmount = z
  .string({ error: amountRule })
  .regex(signedAmountShape, { error: amountRule })
  .refine((text) => !nothing.test(text), { error: `${amountFault} other than zero here` });

/** Zero, more or less. */
export const anyAmount = z.string({ error: amountRule }).regex(signedAmountShape, { error: amountRule });

/** An amount in an answer. */
export const canonical = z
  .string()
  .meta({ description: 'Canonical decimal: no exponent, no trailing zeros, no plus sign.' });

/** RFC 3339 as answers have it: in UTC, with milliseconds. */
export const time = z.iso.datetime({
  offset: true,
  error: 'a time is RFC 3339 text such as 2026-03-01T08:00:00.000Z',
});

/** Most digits after the second: clocks that are read elsewhere tell nanoseconds. */
const fractionDigitsMax = 9;

const tooFine = new RegExp(`\\.\\d{${String(fractionDigitsMax + 1)},}`);

/** The first and the last instant that a caller can name. */
const [instantMin, instantMax] = [0, Date.parse('9999-12-31T23:59:59.999Z')];

/** A time as callers tell it, with Z or an offset; {@link instantOf} makes it the ledger's. */
export const givenTime = time
  .refine((text) => !tooFine.test(text), {
    error: `a time has at most ${String(fractionDigitsMax)} digits after the second`,
    abort: true,
  })
  .refine((text) => instantMin <= instantOf(text) && instantOf(text) <= instantMax, {
    error: 'a time is from 1970 to 9999',
  })
  .meta({ description: 'RFC 3339, with 0 to 9 digits after the second; cut to milliseconds.' });

/** ms since 1970 of a {@link givenTime}: what is below the millisecond is cut, never rounded into the next. */
export function instantOf(text: string): number {
  return Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
}

/** 1 to 200 characters in the caller's words. @param what it is, with its article. */
export function shortText(what: string): z.ZodString {
  const error = `${what} has 1 to 200 characters`;
  return z
    .string({ error: `${what} is a string` })
    .min(1, { error })
    .max(200, { error });
}

export const reason = shortText('a reason');

export const reference = shortText('a reference');

/** Most bytes of metadata as JSON: what one route takes another must list, thousands at a time. */
const metadataBytesMax = 16 * 1_024;

/** Short texts by name. No personal data. */
export const metadata = z
  .record(
    z.string().min(1, { error: 'a metadata key has 1 to 40 characters' }).max(40, {
      error: 'a metadata key has 1 to 40 characters',
    }),
    z.string({ error: 'a metadata value is a string' }).max(500, {
      error: 'a metadata value has at most 500 characters',
    }),
    { error: 'metadata is an object of strings' },
  )
  .refine((entries) => Object.keys(entries).length <= 20, { error: 'metadata has at most 20 keys' })
  .refine((entries) => new TextEncoder().encode(JSON.stringify(entries)).length <= metadataBytesMax, {
    error: `metadata has at most ${String(metadataBytesMax)} bytes as JSON`,
  });

/** What proves a verification without saying who was verified. */
export const evidence = metadata
  .refine((entries) => Object.keys(entries).length <= 5, { error: 'evidence has at most 5 strings' })
  .refine((entries) => /^sha256:[0-9a-f]{64}$/.test(entries['digest'] ?? ''), {
    error: 'evidence has a digest of the form sha256:<64 hex digits>',
    path: ['digest'],
  });

/** A whole number between bounds, both included. */
export function wholeNumber(least: number, most: number, what: string): z.ZodNumber {
  const error = `${what} is a whole number from ${String(least)} to ${String(most)}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export const quantity = wholeNumber(1, 1_000_000, 'a quantity');

/** Verifications of one price book have names such as `face-verify`. */
export const productName = nameOf('a product');

/** What something of a price book is called: the book, a counter, a family of packs. @param what with its article. */
export function nameOf(what: string): z.ZodString {
  return z.string({ error: `${what} is a string` }).regex(nameShape, { error: nameRule(what) });
}

/** An object whose keys are names. @param what one of them is, with its article. @param error if it is no object. */
export function byName<Value extends z.ZodType>(
  what: string,
  value: Value,
  error: string,
): z.ZodRecord<z.ZodString, Value> {
  return z.record(nameOf(what), value, { error: ({ code }) => (code === 'invalid_key' ? nameRule(what) : error) });
}

function nameRule(what: string): string {
  return `${what} has 1 to 40 characters of a-z 0-9 -`;
}

/** `name` (its newest version) or `name@version`. */
export const priceBookName = z
  .string({ error: 'a price book is named by a string' })
  .regex(priceBookShape, { error: priceBookNameRule });

export function isPriceBookName(text: string): boolean {
  return priceBookShape.test(text);
}

/** A body with unknown fields is refused: a misspelt field must not be ignored where money moves. */
export function body<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? 'unknown field' : 'the body is a JSON object'),
  });
}
