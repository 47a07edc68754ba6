import { check, list, record, text, whole } from '../kernel/codec.ts';
import { zoneAheadMs, zoneBackMs, zoneChangesMax, type ZoneFacts, zoneOffsetMaxMs } from './zone-shape.ts';

/** Characters of the version of a database. */
const versionCharactersMax = 16;

const offset = check('offset', (value) => Number.isSafeInteger(value) && Math.abs(value as number) <= zoneOffsetMaxMs);
const shape = record({
  version: text,
  from: whole,
  until: whole,
  offsetMs: offset,
  changes: list(record({ at: whole, offsetMs: offset })),
});

/** Whether a value can be what the clocks of a time zone do: bounded, and in the order of time. */
export const zoneFacts = check(`zone: ${shape.shape}`, (value) => shape(value) && isInOrder(value as ZoneFacts));

function isInOrder({ version, from, until, changes }: ZoneFacts): boolean {
  if (version.length > versionCharactersMax || changes.length > zoneChangesMax) return false;
  if (until <= from || until - from > zoneBackMs + zoneAheadMs) return false;
  const times = [from, ...changes.map(({ at }) => at), until];
  return times.every((at, place) => place === 0 || at > (times[place - 1] ?? 0));
}
