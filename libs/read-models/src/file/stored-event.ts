import { type AccountEvent, type AccountEventType, knownEvent } from '#domain';

/** @param type as the event was decoded, of its present version. */
export function readStoredEvent(type: string, text: string): AccountEvent {
  return knownEvent(type as AccountEventType, text) as AccountEvent;
}
