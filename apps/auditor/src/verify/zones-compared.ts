import { type AccountAudit, runtimeZones, sayTheSame, type ZoneDatabase, type ZoneFacts } from '#domain';

/** Compares what accounts state of their time zones with what is known here, for the time after their last events. */
export class ZonesCompared {
  readonly #zones: ZoneDatabase;
  readonly #others = new Set<string>();

  constructor(zones: ZoneDatabase = runtimeZones(process.versions.tz)) {
    this.#zones = zones;
  }

  /** In the order of their names. */
  get others(): readonly string[] {
    return [...this.#others].sort();
  }

  compare({ spend: { calendar }, lastAt }: AccountAudit): void {
    if (calendar === undefined || this.#others.has(calendar.timeZone)) return;
    const { zone: stated } = calendar;
    if (lastAt < stated.until && !this.#knows(calendar.timeZone, stated, lastAt)) this.#others.add(calendar.timeZone);
  }

  #knows(timeZone: string, stated: ZoneFacts, from: number): boolean {
    try {
      return sayTheSame(stated, this.#zones.facts(timeZone, from, stated.until), from, stated.until);
    } catch (error) {
      // A zone that this machine has not heard of.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

/** What is said of zones that are known otherwise here; undefined if there are none. */
export function otherZonesNote(others: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  return `this machine knows other changes of clocks than accounts state, who were followed by what they state: ${others.join(', ')}`;
}
