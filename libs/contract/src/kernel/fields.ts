import { z } from 'zod';
import { bounds } from './bounds.ts';

/*
 * The fields that bodies are made of, with their bounds.
 */

const idShape = new RegExp(`^[A-Za-z0-9._~-]{1,${String(bounds.idCharactersMax)}}$`);
const amountShape = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,8})?$/;
const signedAmountShape = /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,8})?$/;

const name = `[a-z0-9][a-z0-9-]{0,${String(bounds.nameCharactersMax - 1)}}`;
const versionDigits = String(bounds.priceBookVersionMax).length;
const nameShape = new RegExp(`^${name}$`);
const priceBookShape = new RegExp(`^${name}(@[1-9]\\d{0,${String(versionDigits - 1)}})?$`);

const zero = '-?0(?:\\.0+)?';
const nothing = new RegExp(`^${zero}$`);

/** For the documents: the pattern of a shape that some texts of it are not let through by. */
function without(refused: string, { source }: RegExp): string {
  return source.replace('^', `^(?!(?:${refused})$)`);
}

/** Marks the errors of amounts, which have a problem code of their own. */
export const amountError = 'an amount is a decimal string';

const amountRule = `${amountError}: "0" or a first digit 1-9, at most 18 digits before the point and 1 to 8 after it`;

/** What an id is, as it is said to whoever sends something else. */
export const idRule = `an id has 1 to ${String(bounds.idCharactersMax)} characters of A-Z a-z 0-9 . _ ~ -`;

/** What names a price book, likewise. */
export const priceBookNameRule = 'a price book is named name or name@version';

/** Whether a text can be the id of something. */
export function isId(text: string): boolean {
  return idShape.test(text) && text !== '.' && text !== '..';
}

/** Chosen by the caller; names the thing for ever. */
export const id = z
  .string({ error: 'an id is a string' })
  .regex(idShape, { error: idRule })
  .refine((text) => text !== '.' && text !== '..', { error: 'an id is neither "." nor ".."' })
  .meta({ pattern: without('\\.{1,2}', idShape) });

/** Zero or more. */
export const amount = z
  .string({ error: amountRule })
  .regex(amountShape, { error: amountRule })
  .meta({ examples: ['0.85'] });

/** More than zero. */
export const positiveAmount = amount
  .refine((text) => !nothing.test(text), { error: `${amountError} above zero here` })
  .meta({ pattern: without(zero, amountShape) });

/** More or less than zero. */
export const signedAmount = z
  .string({ error: amountRule })
  .regex(signedAmountShape, { error: amountRule })
  .refine((text) => !nothing.test(text), { error: `${amountError} other than zero here` })
  .meta({ pattern: without(zero, signedAmountShape) });

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

const { fractionDigitsMax, givenTimeMax } = bounds;

const tooFine = new RegExp(`\\.\\d{${String(fractionDigitsMax + 1)},}`);

/**
 * For the documents: years from 1970 to 9999 and so many digits. Of the first and the last day it leaves out those hours
 * that an offset could take into another year; they are accepted where it does not.
 */
const givenTimePattern = z.core.regexes
  .datetime({ offset: true })
  .source.replace('^', '^(?!0|1[0-8]|19[0-6]|1970-01-01T.*\\+|9999-12-31T.*-\\d\\d:\\d\\d$)')
  .replace('\\.\\d+', `\\.\\d{1,${String(fractionDigitsMax)}}`);

/** A time as callers tell it, with Z or an offset; {@link toInstant} makes it the ledger's. */
export const givenTime = time
  .refine((text) => !tooFine.test(text), {
    error: `a time has at most ${String(fractionDigitsMax)} digits after the second`,
    abort: true,
  })
  .refine((text) => toInstant(text) >= 0 && toInstant(text) <= givenTimeMax, {
    error: 'a time is from 1970 to 9999',
  })
  .meta({
    description: `RFC 3339, with 0 to ${String(fractionDigitsMax)} digits after the second; cut to milliseconds.`,
    pattern: givenTimePattern,
  });

/** ms since 1970 of a {@link givenTime}: what is below the millisecond is cut, never rounded into the next. */
export function toInstant(text: string): number {
  return Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
}

/** Characters in the caller's words, at least one. @param what it is, with its article. */
export function shortText(what: string, charactersMax: number): z.ZodString {
  const error = `${what} has 1 to ${String(charactersMax)} characters`;
  return z
    .string({ error: `${what} is a string` })
    .min(1, { error })
    .max(charactersMax, { error });
}

export const reason = shortText('a reason', bounds.reasonCharactersMax);

export const reference = shortText('a reference', bounds.referenceCharactersMax);

/**
 * An object by keys of the caller's, with at most so many of them. They are counted before the object's own schema runs,
 * because what is wrong with a key costs many times what counting it does, and there is room for many in a batch.
 *
 * @param error what is said of more
 */
export function atMost<Entries extends z.ZodRecord>(
  keysMax: number,
  error: string,
  entries: Entries,
): z.ZodPreprocess<Entries, z.input<Entries>> {
  const counted = (sent: z.input<Entries>, context: z.core.$RefinementCtx): unknown => {
    if (!hasMoreKeys(sent, keysMax)) return sent;
    context.addIssue({ code: 'custom', message: error, input: sent });
    return z.NEVER;
  };
  return z.preprocess(counted, entries).meta({ maxProperties: keysMax });
}

function hasMoreKeys(sent: unknown, keysMax: number): boolean {
  return typeof sent === 'object' && sent !== null && !Array.isArray(sent) && Object.keys(sent).length > keysMax;
}

const { metadataKeysMax, metadataKeyCharactersMax, metadataValueCharactersMax, metadataBytesMax } = bounds;

const metadataKey = shortText('a metadata key', metadataKeyCharactersMax);

const texts = z
  .record(
    metadataKey,
    z.string({ error: 'a metadata value is a string' }).max(metadataValueCharactersMax, {
      error: `a metadata value has at most ${String(metadataValueCharactersMax)} characters`,
    }),
    { error: 'metadata is an object of strings' },
  )
  .refine((entries) => new TextEncoder().encode(JSON.stringify(entries)).length <= metadataBytesMax, {
    error: `metadata has at most ${String(metadataBytesMax)} bytes as JSON`,
  });

/** Short texts by name. No personal data. */
export const metadata = atMost(metadataKeysMax, `metadata has at most ${String(metadataKeysMax)} keys`, texts);

const { evidenceStringsMax } = bounds;

/** What proves a verification without saying who was verified. */
export const evidence = atMost(
  evidenceStringsMax,
  `evidence has at most ${String(evidenceStringsMax)} strings`,
  texts,
).refine((entries) => /^sha256:[0-9a-f]{64}$/.test(entries['digest'] ?? ''), {
  error: 'evidence has a digest of the form sha256:<64 hex digits>',
  path: ['digest'],
});

/** A whole number between bounds, both included. */
export function wholeNumber(least: number, most: number, what: string): z.ZodNumber {
  const error = `${what} is a whole number from ${String(least)} to ${String(most)}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export const quantity = wholeNumber(1, bounds.quantityMax, 'a quantity');

/** Verifications of one price book have names such as `face-verify`. */
export const productName = nameField('a product');

/** What something of a price book is called: the book, a counter, a family of packs. @param what with its article. */
export function nameField(what: string): z.ZodString {
  return z.string({ error: `${what} is a string` }).regex(nameShape, { error: nameRule(what) });
}

/** An object whose keys are names. @param what one of them is, with its article. @param error if it is no object. */
export function byName<Value extends z.ZodType>(
  what: string,
  value: Value,
  error: string,
): z.ZodRecord<z.ZodString, Value> {
  return z.record(nameField(what), value, { error: ({ code }) => (code === 'invalid_key' ? nameRule(what) : error) });
}

function nameRule(what: string): string {
  return `${what} has 1 to ${String(bounds.nameCharactersMax)} characters of a-z 0-9 -`;
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
