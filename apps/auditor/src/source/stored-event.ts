import type { RecordedEvent } from '#application/ports';
import { accountOfStream, decodeEvent, readUsedKey } from '#domain';

/** The id that an event of an account uses up; undefined if it uses up none, or cannot be read. */
export function readKey({ stream, type, data }: RecordedEvent): string | undefined {
  if (accountOfStream(stream) === undefined) return undefined;
  try {
    return readUsedKey(decodeEvent(type, data));
  } catch {
    // The first pass has said so.
    return undefined;
  }
}

/** Whether a text is that of a JSON object. */
export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
