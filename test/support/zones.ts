import { runtimeZones, type ZoneDatabase, type ZoneFacts } from '#domain';

/** What the machine of the tests knows of time zones. */
export const testZones = runtimeZones(process.versions.tz);

/** What a machine knows whose database is replaced while it works. */
export class ReplacedZones implements ZoneDatabase {
  known: ZoneDatabase = testZones;

  get version(): string {
    return this.known.version;
  }

  facts(timeZone: string, from: number, until: number): ZoneFacts {
    return this.known.facts(timeZone, from, until);
  }
}

/**
 * A later database, by which the clocks of every time zone change otherwise from an instant on.
 *
 * @param version later than that of the machine.
 * @param changedFrom ms since 1970.
 * @param byMs how much farther ahead of UTC the clocks are from then on.
 */
export function laterZones(version: string, changedFrom: number, byMs: number): ZoneDatabase {
  return {
    version,
    facts: (timeZone, from, until) => {
      const known = testZones.facts(timeZone, from, until);
      const moved = ({ at, offsetMs }: ZoneFacts['changes'][number]): ZoneFacts['changes'][number] => {
        return { at, offsetMs: offsetMs + (at >= changedFrom ? byMs : 0) };
      };
      const [before, after] = [
        known.changes.filter(({ at }) => at < changedFrom),
        known.changes.filter(({ at }) => at >= changedFrom).map(moved),
      ];
      const offsetMs = known.offsetMs + (from >= changedFrom ? byMs : 0);
      const turns = from < changedFrom && changedFrom < until && after[0]?.at !== changedFrom;
      const turn = { at: changedFrom, offsetMs: (before.at(-1)?.offsetMs ?? known.offsetMs) + byMs };
      return { version, from, until, offsetMs, changes: [...before, ...(turns ? [turn] : []), ...after] };
    },
  };
}
