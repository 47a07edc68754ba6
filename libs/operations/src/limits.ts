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
  /** Most open holds, of all accounts together, whose states are kept in memory while nothing happens to them: about 1 KiB each. */
  readonly openHoldsInMemoryMax: number;
  /** Most events that may be appended before the id index has passed them: about 2 KiB are remembered of each till then. */
  readonly indexLagMax: number;
  /** How often a batch is decided anew because another process wrote first. */
  readonly conflictTriesMax: number;
  /** Longest pause before the third try of such a batch, in ms; doubles with each. The second is made at once. */
  readonly conflictPauseMs: number;
  /** Longest pause before any try, in ms. */
  readonly conflictPauseMaxMs: number;
  /** How long an account counts as contended after another process wrote first, in ms. */
  readonly contendedMs: number;
  /** Longest pause after a batch of a contended account whose lease is not held, in ms: room for the batches of others. */
  readonly makeRoomMaxMs: number;
  /** How often an append of unknown outcome is sent again. */
  readonly resendTriesMax: number;
  /** Pause before the first resend, in ms; doubles with each. */
  readonly resendPauseMs: number;
  /** A snapshot is made after this many events, or {@link snapshotEventsPerOpenHold} for each open hold if that is more. */
  readonly snapshotEveryEvents: number;
}

/**
 * The figures of contention are measured with three processes that freeze on one account as fast as they can, without
 * leases, an append or a read of 1 to 2 ms: deciding again at once, ten times, left a fifth to a half of all commands
 * with `account_busy`; with these none, and the longest wait was 0.3 s. Without the room it is one batch in 300 still.
 */
export const laneLimits: LaneLimits = {
  batchCommandsMax: 512,
  sweepMax: 500,
  laneQueueMax: 20_000,
  waitingMax: 60_000,
  accountsInMemoryMax: 25_000,
  openHoldsInMemoryMax: 1_000_000,
  indexLagMax: 500_000,
  conflictTriesMax: 50,
  conflictPauseMs: 2,
  conflictPauseMaxMs: 16,
  contendedMs: 250,
  makeRoomMaxMs: 4,
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
