/** A stretch of time, in ms since 1970: `from` belongs to it, `until` no longer does. */
export interface Period {
  /** First local date of the period, `YYYY-MM-DD`. */
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

/** The first instant of a period belongs to it, its `until` does not. @param at ms since 1970. */
export function contains(period: Period, at: number): boolean {
  return period.from <= at && at < period.until;
}
