/** The time of day, and whether it can be trusted. The only source of time in the service. */
export abstract class Clock {
  /** Wall clock in ms since 1970; never falls between two calls. */
  abstract now(): number;
  /** Why the clock cannot be trusted at present; undefined while it can. */
  abstract untrusted(): string | undefined;
}

/** A clock that the processes of one ledger share, to tell whether one of them is wrong about the time. */
export abstract class TimeReference {
  /** Whose clock it is, e.g. `Redis`. */
  abstract readonly name: string;
  /** Its time, ms since 1970; undefined while it cannot be asked. Never rejects. */
  abstract time(): Promise<number | undefined>;
}
