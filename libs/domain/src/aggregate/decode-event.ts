import type { OlderShape } from '../core/event-definition.ts';
import type { AccountEvent } from '../core/events.ts';
import { type Check, findError } from '../kernel/codec.ts';
import { UnreadableEvent } from '../kernel/unreadable-event.ts';
import { events } from './events.ts';

/** What a decoder has to know of a type of event. */
export interface ReadableEvent {
  readonly codec: Readonly<Record<string, Check>>;
  readonly olderShapes?: Readonly<Record<string, OlderShape>>;
}

interface DecodedEvent {
  readonly type: string;
  readonly data: object;
}

/** What is stored under a type, and the event that it reads as. */
interface StoredShape extends OlderShape {
  readonly readAs: string;
}

/**
 * Makes a decoder of the events with these definitions. The type that a text is stored under says which version it has:
 * an older one is checked against its own shape, and then read as the present one.
 */
export function eventDecoder(
  definitions: Readonly<Record<string, ReadableEvent>>,
): (type: string, text: string) => DecodedEvent {
  const stored = new Map<string, StoredShape>();
  for (const [readAs, { codec, olderShapes }] of Object.entries(definitions)) {
    stored.set(readAs, { readAs, codec, upcast: (data) => data });
    for (const [type, older] of Object.entries(olderShapes ?? {})) stored.set(type, { readAs, ...older });
  }
  return (type, text) => {
    const shape = stored.get(type);
    if (shape === undefined) throw new UnreadableEvent(`${type}: no event of this type is known`);
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (error) {
      throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
    }
    const error = findError(data, shape.codec);
    if (error !== undefined) throw new UnreadableEvent(`${type}: ${error}`);
    return { type: shape.readAs, data: shape.upcast(data as Readonly<Record<string, unknown>>) };
  };
}

const decode = eventDecoder(events);

/**
 * Reads an event back and checks it against its type, so that a damaged or foreign event never becomes a balance. An
 * event of an older version is read as the present one: what is hashed and compared is the stored text, never this.
 *
 * @throws UnreadableEvent naming what is wrong. An unknown type or version is refused, never guessed.
 */
export function decodeEvent(type: string, text: string): AccountEvent {
  return decode(type, text) as AccountEvent;
}

/** The text of a decoded event in its present version: the stored one, unless that is of an older version. */
export function presentText(stored: { readonly type: string; readonly data: string }, event: AccountEvent): string {
  return stored.type === event.type ? stored.data : JSON.stringify(event.data);
}
