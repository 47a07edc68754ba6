/** A clock that the processes of one ledger share, to tell whether one of them is wrong about the time. */
export abstract class TimeReference {
  /** Whose clock it is, e.g. `Redis`. */
  abstract readonly name: string;
  /** Its time, ms since 1970; undefined while it cannot be asked. Never rejects. */
  abstract time(): Promise<number | undefined>;
}
