import type { NewEvent } from '#application/ports';

/*
 * How the events of one append are written in its row: for each a line of id, type, hash and the lengths of its two texts
 * (in UTF-16 code units), then the texts themselves, as they are. As members of a JSON list every quotation mark in them
 * would be escaped and unescaped again, which took longer than all other work on an append.
 */

/** @throws TypeError if an id, a type or a hash has a space or a line break in it. */
export function textOfEvents(events: readonly NewEvent[]): string {
  let text = '';
  for (const { id, type, hash, data, metadata } of events) {
    const line = `${id} ${type} ${hash} ${String(data.length)} ${String(metadata.length)}`;
    if (!lineForm.test(line)) throw new TypeError(`an id, a type or a hash has a space in it: ${line}`);
    text += `${line}\n${data}${metadata}`;
  }
  return text;
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
    events.push({
      id: text.slice(at, idEnd),
      type: shared(text.slice(idEnd + 1, typeEnd)),
      hash: copied(text.slice(typeEnd + 1, hashEnd)),
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

const lineForm = /^\S+ \S+ \S+ \d+ \d+$/;

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
