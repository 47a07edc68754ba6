/** From an instant on, the clocks of a time zone are this far ahead of UTC. */
export interface ZoneChange {
  /** ms since 1970. */
  readonly at: number;
  readonly offsetMs: number;
}

/**
 * What the clocks of a time zone do, as an account's history states it: how far they are ahead of UTC at `from`, and
 * every change up to `until`. Whatever days and months an account needs are worked out from this alone.
 */
export interface ZoneFacts {
  /** Of the time-zone database that said so: `2025c`; empty if the machine did not know. */
  readonly version: string;
  /** First instant that this is about, ms since 1970. */
  readonly from: number;
  /** First instant that it is no longer about, ms since 1970; the last offset is taken to stay. */
  readonly until: number;
  readonly offsetMs: number;
  /** In the order of time, later than `from`, before `until`. */
  readonly changes: readonly ZoneChange[];
}

export const dayMs = 24 * 60 * 60 * 1_000;

/** How far back what is stated goes: an agreement year and a month, so that each period that is not over began in it. */
export const zoneBackMs = 400 * dayMs;

/** How far ahead changes are stated: 10 years. */
export const zoneAheadMs = 3_653 * dayMs;

/** With less than this ahead, 2 years, they are stated again: a pack lasts a year. */
export const zoneAheadLeastMs = 731 * dayMs;

/** No clock is farther from UTC than this: 26 hours. */
export const zoneOffsetMaxMs = 26 * 60 * 60 * 1_000;

/** Most changes that are stated at once: nine a year. The busiest zone had four. */
export const zoneChangesMax = 99;
