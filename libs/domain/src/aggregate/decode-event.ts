import { faultIn, isAccountEventType, olderShapes, shapes, type OlderShape } from './event-codecs.ts';
import { UnreadableEvent } from '../kernel/unreadable-event.ts';
import { type AccountEvent, type AccountEventData, type AccountEventType, type EventOf } from '../core/events.ts';

/**
 * Reads an event back and checks it against its type, so that a damaged or foreign event never becomes a balance. An
 * event of an older version is read as the present one: what is hashed and compared is the stored text, never this.
 *
 * @throws UnreadableEvent naming what is wrong. An unknown type or version is refused, never guessed.
 */
export function decodeEvent(type: string, text: string): AccountEvent {
  const older = Object.hasOwn(olderShapes, type) ? olderShapes[type] : undefined;
  const shape = isAccountEventType(type) ? shapes[type] : older?.shape;
  if (shape === undefined) throw new UnreadableEvent(`${type}: no event of this type is known`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
  }
  const fault = faultIn(data, shape);
  if (fault !== undefined) throw new UnreadableEvent(`${type}: ${fault}`);
  if (older === undefined) return { type, data } as AccountEvent;
  return { type: older.newer, data: older.upcast(data as Readonly<Record<string, unknown>>) } as AccountEvent;
}

/**
 * The event of a text that was decoded before it was put where it comes from, also if that text is of an older version.
 *
 * @param type of the present version, as {@link decodeEvent} named it.
 */
export function knownEvent<Type extends AccountEventType>(type: Type, text: string): EventOf<Type> {
  const data = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const older = olderOf.get(type);
  const present = older === undefined || Object.hasOwn(data, older.added) ? data : older.upcast(data);
  return { type, data: present as unknown as AccountEventData[Type] };
}

const olderOf: ReadonlyMap<string, OlderShape> = new Map(
  Object.values(olderShapes).map((older) => [older.newer, older]),
);
