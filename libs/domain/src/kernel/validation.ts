import { bounds } from './bounds.ts';
import { type Money, withinRange, zero } from './money.ts';

/*
 * Whether one value of a command is what its field may hold. Each takes anything at all: a caller need not have been
 * compiled together with the domain model.
 */

const idShape = /^[A-Za-z0-9._~-]+$/;
const hashShape = /^[0-9a-f]{64}$/;
const digestShape = /^sha256:[0-9a-f]{64}$/;

/** An id or name that callers choose: 1 to 64 characters of `A-Z a-z 0-9 . _ ~ -`, neither `.` nor `..`. */
export function isId(value: unknown): value is string {
  return isText(value, bounds.idCharactersMax) && idShape.test(value) && value !== '.' && value !== '..';
}

/** 1 to `charactersMax` characters. */
export function isText(value: unknown, charactersMax: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= charactersMax;
}

export function isReason(value: unknown): boolean {
  return isText(value, bounds.reasonCharactersMax);
}

/** A whole number from 1 to `most`. */
export function isCount(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

/** The place of an event in its stream: a whole number from 0. */
export function isRevision(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A SHA-256 as the chain writes it. */
export function isHash(value: unknown): boolean {
  return typeof value === 'string' && hashShape.test(value);
}

/** A whole number of ms since 1970 that a calendar can name. */
export function isInstant(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= bounds.instantMax;
}

/** An amount of either sign within the range of balances. */
export function isAmount(value: unknown): value is Money {
  return typeof value === 'bigint' && withinRange(value as Money);
}

export function isPositiveAmount(value: unknown): boolean {
  return isAmount(value) && value > zero;
}

/** At most {@link bounds.metadataKeysMax} texts by name. Only what is the object's own counts, and is stored. */
export function isMetadata(value: unknown): boolean {
  return areTexts(value, bounds.metadataKeysMax);
}

/** At most {@link bounds.evidenceStringsMax} texts, one of them a digest. */
export function isEvidence(value: unknown): boolean {
  return areTexts(value, bounds.evidenceStringsMax);
}

export function hasDigest(evidence: object): boolean {
  const digest: unknown = Object.getOwnPropertyDescriptor(evidence, 'digest')?.value;
  return typeof digest === 'string' && digestShape.test(digest);
}

/** An object of named values: not null, not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTexts(value: unknown, keysMax: number): boolean {
  // What says itself how it is written, like a Date, would be stored as something else than was looked at here.
  if (!isRecord(value) || typeof value['toJSON'] === 'function') return false;
  const entries = Object.entries(value);
  return entries.length <= keysMax && entries.every(([key, text]) => isMetadataKey(key) && isMetadataValue(text));
}

function isMetadataKey(key: string): boolean {
  return isText(key, bounds.metadataKeyCharactersMax);
}

function isMetadataValue(value: unknown): boolean {
  return typeof value === 'string' && value.length <= bounds.metadataValueCharactersMax;
}
