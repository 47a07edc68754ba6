import { dayMs, zoneAheadMs, zoneBackMs, type ZoneChange, zoneChangesMax, type ZoneFacts } from './zone-shape.ts';

/** What a machine knows of time zones: it comes to the rules with a command, as the time does. */
export interface ZoneDatabase {
  /** `2025c`: a later one is later in the order of its characters too. Empty: not known, older than every other. */
  readonly version: string;
  /** What the clocks of a time zone do from one instant to another; the zone is one that the machine knows. */
  facts(timeZone: string, from: number, until: number): ZoneFacts;
}

declare module '../core/decision.ts' {
  interface DecisionContext {
    /** What this machine knows of time zones. */
    readonly zones: ZoneDatabase;
  }
}

/** What an account states that states it for the first time at `at`. */
export function factsAround(zones: ZoneDatabase, timeZone: string, at: number): ZoneFacts {
  return zones.facts(timeZone, Math.max(0, at - zoneBackMs), at + zoneAheadMs);
}

/** How far apart the clocks of a zone are looked at: they are not changed twice in less. */
const stepMs = 7 * dayMs;

/** How far the window that was read goes beyond what was asked for, so that it serves the years around it too. */
const windowMs = 366 * dayMs;

/** Most time that is kept of one zone: 60 years. */
const windowMaxMs = 60 * windowMs;

/** Most time zones that a database keeps in memory. */
const zonesMax = 600;

/**
 * The database of the runtime itself, read by its formatter.
 *
 * @param version of that database; undefined if the runtime does not say.
 */
export function runtimeZones(version: string | undefined): ZoneDatabase {
  const windows = new Map<string, ZoneFacts>();
  const known = /^\d{4}[a-z]{1,2}$/.test(version ?? '') ? (version ?? '') : '';
  return {
    version: known,
    facts: (timeZone, from, until) => {
      let window = windows.get(timeZone);
      if (window === undefined || from < window.from || until > window.until) {
        if (windows.size >= zonesMax) windows.clear();
        const wanted = { from: Math.max(0, from - windowMs), until: until + windowMs };
        const both = window === undefined ? wanted : around(window, wanted);
        window = readZone(timeZone, both.from, both.until, known);
        windows.set(timeZone, window);
      }
      return part(window, from, until);
    },
  };
}

type Stretch = Pick<ZoneFacts, 'from' | 'until'>;

/** Both, so that who asks of now one time, now another, reads each once; the second alone if that is too much. */
function around(known: Stretch, wanted: Stretch): Stretch {
  const from = Math.min(known.from, wanted.from);
  const until = Math.max(known.until, wanted.until);
  return until - from > windowMaxMs ? wanted : { from, until };
}

function part(window: ZoneFacts, from: number, until: number): ZoneFacts {
  const before = window.changes.findLast(({ at }) => at <= from);
  const changes = window.changes.filter(({ at }) => from < at && at < until).slice(0, zoneChangesMax);
  return { version: window.version, from, until, offsetMs: before?.offsetMs ?? window.offsetMs, changes };
}

function readZone(timeZone: string, from: number, until: number, version: string): ZoneFacts {
  const offset = offsetReader(timeZone);
  const changes: ZoneChange[] = [];
  let before = offset(from);
  const first = before;
  for (let at = from; at < until; at += stepMs) {
    const next = Math.min(at + stepMs, until);
    const after = offset(next);
    if (after !== before) changes.push({ at: changeBetween(offset, at, next), offsetMs: after });
    before = after;
  }
  return { version, from, until, offsetMs: first, changes };
}

/** The first instant after `low` with another offset than it has, by halves. */
function changeBetween(offset: (at: number) => number, low: number, high: number): number {
  const before = offset(low);
  let [earliest, latest] = [low, high];
  while (latest - earliest > 1) {
    const middle = Math.floor((earliest + latest) / 2);
    if (offset(middle) === before) earliest = middle;
    if (earliest !== middle) latest = middle;
  }
  return latest;
}

/** How far the clocks of a time zone are ahead of UTC, in ms, as the runtime shows them. */
export function offsetReader(timeZone: string): (at: number) => number {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const options = { timeZone, calendar: 'gregory', second: 'numeric', ...numeric } as const;
  const format = new Intl.DateTimeFormat('en-u-hc-h23', options);
  return (at) => {
    const shown = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  };
}
