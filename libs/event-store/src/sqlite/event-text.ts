import type { NewEvent } from '#application/ports';
import { eventIdFromHash } from '#domain';
import { ByteWriter } from './byte-writer.ts';

/*
 * How the events of one append are written: for each a line of id, type, hash and the lengths of its two texts (in UTF-16
 * code units), then the texts themselves, as they are. As members of a JSON list every quotation mark in them would be
 * escaped and unescaped again, which took longer than all other work on an append. An id that is made from the hash, as
 * every event of the ledger has one, is left out: its line begins with a space.
 */

/** @throws TypeError if an id, a type or a hash is empty or has a space or a line break in it. */
export function writeEvents(writer: ByteWriter, events: readonly NewEvent[]): void {
  for (const { id, type, hash, data, metadata } of events) {
    if (!isMadeFrom(hash, id)) writer.text(word(id));
    writer.space();
    writer.text(word(type));
    writer.space();
    writer.text(word(hash));
    writer.space();
    writer.number(data.length);
    writer.space();
    writer.number(metadata.length);
    writer.endLine();
    writer.text(data);
    writer.text(metadata);
  }
}

/** What {@link writeEvents} writes. */
export function bytesOfEvents(events: readonly NewEvent[]): Buffer {
  const writer = new ByteWriter();
  writeEvents(writer, events);
  return writer.bytes;
}

/** The same as text. */
export function textOfEvents(events: readonly NewEvent[]): string {
  return bytesOfEvents(events).toString();
}

const wordForm = /^\S+$/;

function word(text: string): string {
  if (wordForm.test(text)) return text;
  throw new TypeError(`an id, a type or a hash is empty or has a space in it: ${text}`);
}

/** Places of an id of version 8, in which it is not as its hash is; and where the hash has the digit of the variant. */
const [idLength, versionPlace, variantPlace, variantDigit] = [36, 14, 19, 16];
const [hyphen, versionCode] = ['-'.charCodeAt(0), '8'.charCodeAt(0)];
const variants: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('0123456789abcdef', (digit, value) => [digit, '89ab'.charAt(value % 4)]),
);

/** Whether the id is the one that `eventIdOf` makes; without making it, since all that is appended comes by here. */
function isMadeFrom(hash: string, id: string): boolean {
  if (id.length !== idLength) return false;
  let digit = 0;
  for (let at = 0; at < idLength; at += 1) {
    const code = id.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== hyphen) return false;
      continue;
    }
    const isOwn = at === versionPlace || at === variantPlace;
    if (!isOwn && code !== hash.charCodeAt(digit)) return false;
    digit += 1;
  }
  return id.charCodeAt(versionPlace) === versionCode && id[variantPlace] === variants[hash.charAt(variantDigit)];
}

/** @throws Error if the text was not made by {@link textOfEvents}. */
export function eventsOfText(text: string): NewEvent[] {
  const events: NewEvent[] = [];
  // By places, without lists and patterns: an audit reads every event of the log here.
  for (let at = 0; at < text.length;) {
    const lineEnd = text.indexOf('\n', at);
    const idEnd = text.indexOf(' ', at);
    const typeEnd = text.indexOf(' ', idEnd + 1);
    const hashEnd = text.indexOf(' ', typeEnd + 1);
    const lengthEnd = text.indexOf(' ', hashEnd + 1);
    const inOrder = at <= idEnd && idEnd < typeEnd && typeEnd < hashEnd && hashEnd < lengthEnd && lengthEnd < lineEnd;
    if (!inOrder) throw damaged();
    const dataEnd = lineEnd + 1 + numberIn(text, hashEnd + 1, lengthEnd);
    const end = dataEnd + numberIn(text, lengthEnd + 1, lineEnd);
    if (end > text.length) throw damaged();
    const hash = copied(text.slice(typeEnd + 1, hashEnd));
    events.push({
      id: idEnd === at ? eventIdFromHash(hash) : text.slice(at, idEnd),
      type: shared(text.slice(idEnd + 1, typeEnd)),
      hash,
      data: text.slice(lineEnd + 1, dataEnd),
      metadata: text.slice(dataEnd, end),
    });
    at = end;
  }
  return events;
}

/*
 * A slice keeps the whole text alive that it was cut from. Data is read and let go, but types and hashes are kept, in the
 * last event of every account: with them an audit of 10 000 accounts kept their last appends, 50 KiB each.
 */

/** Most texts that are taken for types; a damaged log may have any number. */
const typesMax = 1_000;

const types = new Map<string, string>();

/** One text for all events of a type. */
function shared(type: string): string {
  const known = types.get(type);
  if (known !== undefined) return known;
  const own = copied(type);
  if (types.size < typesMax) types.set(own, own);
  return own;
}

function copied(slice: string): string {
  return Buffer.from(slice).toString();
}

const zeroCode = 48;

/** The decimal number that a part of the text is. */
function numberIn(text: string, from: number, until: number): number {
  if (from >= until) throw damaged();
  let number = 0;
  for (let at = from; at < until; at += 1) {
    const digit = text.charCodeAt(at) - zeroCode;
    if (digit < 0 || digit > 9) throw damaged();
    number = 10 * number + digit;
  }
  return number;
}

function damaged(): Error {
  return new Error('the events of an append cannot be read: the row is damaged');
}
