import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { sayTheSame } from '../zones/stated-zone.ts';
import { zoneFacts } from '../zones/zone-check.ts';
import type { ZoneDatabase } from '../zones/zone-database.ts';
import { zoneAheadLeastMs, zoneAheadMs, type ZoneFacts } from '../zones/zone-shape.ts';
import { evolve } from './evolve.ts';

/**
 * Folds the notice that is due before a decision, if one is, and returns it: the decision rests on it, and it is stored
 * with what was decided or not at all. Costs two comparisons where nothing is due.
 *
 * @param now of the decision, ms since 1970.
 */
export function noteZone(
  state: AccountState,
  zones: ZoneDatabase,
  now: number,
): TypedEvent<'zone-noted.v1'> | undefined {
  const zone = zoneToNote(state, zones, now);
  // What could not be read back is not written: the account goes on by what is stated.
  if (zone === undefined || !zoneFacts(zone)) return undefined;
  const event = { type: 'zone-noted.v1', data: { at: now, zone } } as const;
  evolve(state, event);
  return event;
}

function zoneToNote(state: AccountState, zones: ZoneDatabase, now: number): ZoneFacts | undefined {
  const { calendar, summary } = state;
  // Nothing is decided by the days of a closed account but the bills of those that were over.
  if (calendar === null || summary.closed) return undefined;
  const { zone: stated, timeZone } = calendar;
  // An older database never has the last word: two processes with different ones would note against each other.
  if (zones.version < stated.version) return undefined;
  const lasts = stated.until - now >= zoneAheadLeastMs;
  if (lasts && (zones.version === stated.version || agrees(stated, zones, timeZone, now))) return undefined;
  return zones.facts(timeZone, now + 1, now + zoneAheadMs);
}

/** Of which facts a newer database was found to say the same about time ahead. */
const agreeing = new WeakMap<ZoneFacts, string>();

function agrees(stated: ZoneFacts, zones: ZoneDatabase, timeZone: string, now: number): boolean {
  if (agreeing.get(stated) === zones.version) return true;
  const theirs = zones.facts(timeZone, now + 1, stated.until);
  const same = sayTheSame(stated, theirs, now + 1, stated.until);
  if (same) agreeing.set(stated, zones.version);
  return same;
}
