/** What the lanes of one process may hold and do; each can be set, these are the defaults. */
export interface LaneLimits {
  /** Most commands decided for one append. */
  readonly batchCommandsMax: number;
  /** Most expiries written in one append; more that are due go in appends of their own. */
  readonly sweepMax: number;
  /** Most commands and reads that may wait on one account. */
  readonly laneQueueMax: number;
  /** Most commands and reads that may wait in the whole process. */
  readonly waitingMax: number;
  /** Most accounts whose states are kept in memory while nothing happens to them. */
  readonly accountsInMemoryMax: number;
  /** Most open holds, of all accounts together, whose states are kept in memory while nothing happens to them. */
  readonly openHoldsInMemoryMax: number;
  /** Most events that may be appended before the id index has passed them. */
  readonly indexLagMax: number;
  /** How often a batch is decided anew because another process wrote first. */
  readonly conflictTriesMax: number;
  /** How often an append of unknown outcome is sent again. */
  readonly resendTriesMax: number;
  /** Pause before the first resend, in ms; doubles with each. */
  readonly resendPauseMs: number;
  /** A snapshot is made after this many events, or {@link snapshotEventsPerOpenHold} for each open hold if that is more. */
  readonly snapshotEveryEvents: number;
}

export const laneLimits: LaneLimits = {
  batchCommandsMax: 512,
  sweepMax: 500,
  laneQueueMax: 20_000,
  waitingMax: 60_000,
  accountsInMemoryMax: 50_000,
  openHoldsInMemoryMax: 2_000_000,
  indexLagMax: 1_000_000,
  conflictTriesMax: 10,
  resendTriesMax: 6,
  resendPauseMs: 50,
  snapshotEveryEvents: 1_000,
};

/** Snapshots of accounts with many open holds are large, and so are made less often. */
export const snapshotEventsPerOpenHold = 4;

/** Most events read from a stream at once. */
export const readPageMax = 1_000;

/** Most operations of a linked group. */
export const linkedGroupMax = 500;
