import type { OlderShape } from '../core/event-definition.ts';
import { type AccountEvent, type AccountEventData, type AccountEventType, type EventOf } from '../core/events.ts';
import { faultIn } from '../kernel/codec.ts';
import { UnreadableEvent } from '../kernel/unreadable-event.ts';
import { accountEventTypes, events, isAccountEventType } from './events.ts';

interface OlderVersion extends OlderShape {
  readonly newer: AccountEventType;
}

/** By the type that they were written under. */
const olderVersions: ReadonlyMap<string, OlderVersion> = new Map(
  accountEventTypes.flatMap((newer) =>
    Object.entries(events[newer].olderShapes ?? {}).map(([type, older]) => [type, { ...older, newer }] as const),
  ),
);

/** The names of the versions that are no longer written. */
export const olderEventTypes: readonly string[] = [...olderVersions.keys()];

/**
 * Reads an event back and checks it against its type, so that a damaged or foreign event never becomes a balance. An
 * event of an older version is read as the present one: what is hashed and compared is the stored text, never this.
 *
 * @throws UnreadableEvent naming what is wrong. An unknown type or version is refused, never guessed.
 */
export function decodeEvent(type: string, text: string): AccountEvent {
  const version = olderVersions.get(type);
  const shape = isAccountEventType(type) ? events[type].codec : version?.shape;
  if (shape === undefined) throw new UnreadableEvent(`${type}: no event of this type is known`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
  }
  const fault = faultIn(data, shape);
  if (fault !== undefined) throw new UnreadableEvent(`${type}: ${fault}`);
  if (version === undefined) return { type, data } as AccountEvent;
  return { type: version.newer, data: version.upcast(data as Readonly<Record<string, unknown>>) } as AccountEvent;
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
  [...olderVersions.values()].map((version) => [version.newer, version]),
);
