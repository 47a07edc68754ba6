/** The time of day, and whether it can be trusted. The only source of time in the house. */
export abstract class Clock {
  /** Wall clock in ms since 1970; never falls between two calls. */
  abstract now(): number;
  /** Why the clock cannot be trusted at present; undefined while it can. */
  abstract unsure(): string | undefined;
}
