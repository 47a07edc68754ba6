import type { NewEvent } from '#operations/ports';

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
  for (let at = 0; at < text.length;) {
    const endOfLine = text.indexOf('\n', at);
    const [id, type, hash, dataLength, metadataLength, ...more] = text.slice(at, endOfLine).split(' ');
    if (id === undefined || type === undefined || hash === undefined || more.length > 0) throw damaged();
    const dataEnd = endOfLine + 1 + lengthOf(dataLength);
    at = dataEnd + lengthOf(metadataLength);
    events.push({ id, type, hash, data: text.slice(endOfLine + 1, dataEnd), metadata: text.slice(dataEnd, at) });
    if (at > text.length) throw damaged();
  }
  return events;
}

const lineForm = /^\S+ \S+ \S+ \d+ \d+$/;

function lengthOf(digits: string | undefined): number {
  if (digits === undefined || !/^\d+$/.test(digits)) throw damaged();
  return Number(digits);
}

function damaged(): Error {
  return new Error('the events of an append cannot be read: the row is damaged');
}
