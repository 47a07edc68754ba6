/*
 * JSON as it is read from outside: bounded before it is parsed, parsed once, and refused where two readers could take it
 * for two things.
 */

import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  type JsonBounds,
  type JsonMeasured,
  measureJson,
  openBrace,
  openBracket,
  quote,
  validateStart,
} from './measure-json.ts';

/** What is wrong with a text, and where. */
export interface JsonError {
  /** JSON pointer; empty if it is about the whole. */
  readonly pointer: string;
  readonly detail: string;
}

export type JsonRead =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: JsonError };

/**
 * Reads JSON that somebody else wrote. Refused are: a byte order mark; more depth, values or members than are allowed, found by
 * one look at every character, before the parser sees any; a key that stands twice in one object, however it is spelt,
 * because one reader takes the first and another the last; a text that is no Unicode; keys that poison prototypes.
 *
 * The members are counted in the text and in what was parsed: a key that stood twice is there only once. So a sound text
 * costs one scan, one parse and one walk.
 *
 * @param measuredBefore where the text was measured as it came, by the same bounds.
 */
export function readJson(text: string, bounds: JsonBounds = {}, measuredBefore?: JsonMeasured): JsonRead {
  const measured = validateStart(text) ?? measuredBefore ?? measureJson(text, bounds);
  if (typeof measured === 'string') return refused('', measured);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused('', `the body is not JSON: ${(error as Error).message.slice(0, 100).toWellFormed()}`);
  }
  const found: Found = { members: 0, poisoned: false };
  walk(value, found);
  if (found.poisoned) return refused(pointerWhere(value, isPoisonous), 'this key is not allowed');
  if (found.members !== measured.members) return refused(pointerOfRepeated(text), 'this key stands twice');
  const broken = halfCharacter.test(text) ? pointerWhere(value, isBroken) : '';
  if (broken !== '') return refused(broken, 'a text has half of a character in it');
  return { ok: true, value };
}

/** Half of a character that JSON spells as two; only by such an escape can a text in UTF-8 have one alone. */
const halfCharacter = /\\u[dD][89a-fA-F]/;

function refused(pointer: string, detail: string): JsonRead {
  return { ok: false, error: { pointer, detail } };
}

/** Where the string that begins at `start` ends: its second quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

interface Found {
  members: number;
  poisoned: boolean;
}

/** Not deeper than {@link jsonDepthMax}. */
function walk(value: unknown, found: Found): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value as readonly unknown[]) walk(element, found);
    return;
  }
  for (const key of Object.keys(value)) {
    found.members += 1;
    const below = (value as Readonly<Record<string, unknown>>)[key];
    if (isPoisonous(key, below)) found.poisoned = true;
    walk(below, found);
  }
}

/** Keys that no body needs and by which careless code can be led astray. */
function isPoisonous(key: string, value: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

function isBroken(key: string, value: unknown): boolean {
  return !key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed());
}

/** Where the first member of a value stands of which something is true; empty if there is none. */
function pointerWhere(value: unknown, isSo: (key: string, value: unknown) => boolean, pointer = ''): string {
  if (typeof value !== 'object' || value === null) return '';
  for (const [key, below] of Object.entries(value)) {
    const here = pointer + pointerPart(key);
    if (isSo(key, below)) return here;
    const found = pointerWhere(below, isSo, here);
    if (found !== '') return found;
  }
  return '';
}

/** Cut, because callers choose keys; and what would break out of the pointer is written as RFC 6901 has it. */
export function pointerPart(key: PropertyKey): string {
  return `/${String(key).slice(0, 64).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The first key that stands in its object a second time. @param text sound JSON, in which there is one. */
function pointerOfRepeated(text: string): string {
  const path: { key: PropertyKey; readonly keys: Set<string> | undefined }[] = [];
  let string = '';
  for (let at = 0; at < text.length; at += 1) {
    const inside = path.at(-1);
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        string = text.slice(at, end + 1);
        at = end;
        break;
      }
      case colon: {
        if (inside?.keys === undefined) break;
        const key = JSON.parse(string) as string;
        inside.key = key;
        if (inside.keys.has(key)) return path.map((one) => pointerPart(one.key)).join('');
        inside.keys.add(key);
        break;
      }
      case comma:
        if (inside !== undefined && inside.keys === undefined) inside.key = Number(inside.key) + 1;
        break;
      case openBrace:
        path.push({ key: '', keys: new Set() });
        break;
      case openBracket:
        path.push({ key: 0, keys: undefined });
        break;
      case closeBrace:
      case closeBracket:
        path.pop();
        break;
      default:
    }
  }
  return '';
}
