import { getHeapStatistics } from 'node:v8';

/** What the lanes of one process may hold and do; each can be set, these are the defaults. */
export interface LaneLimits {
  /** Most commands decided for one append. */
  readonly batchCommandsMax: number;
  /** Groups of appends that may be with the store at once; see {@link groupLimits}. */
  readonly groupsAtOnceMax: number;
  /** Most accounts of one group. */
  readonly groupAccountsMax: number;
  /** Most entries that are decided, and shown the account, for one group: so long the event loop does nothing else. */
  readonly groupSizeMax: number;
  /** Characters of the events of a group after which it takes no further account. */
  readonly groupCharactersMax: number;
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
  /**
   * Most bytes of memory that the states of all accounts take. Idle ones are forgotten for it; when those at work take
   * more, no other account is read, and no hold is opened that would add to it.
   */
  readonly stateBytesMax: number;
  /** Most bytes of memory that the open holds of one account may take: a freeze beyond it is refused. */
  readonly openHoldBytesMax: number;
  /** Most bytes of what callers sent in all commands that wait; of those on one account half of it. */
  readonly waitingBytesMax: number;
  /** Most events that may be appended before the id index has passed them: they are remembered till then. */
  readonly indexLagMax: number;
  /** Most characters of these events; of those of one account half of it. */
  readonly indexLagCharactersMax: number;
  /** Accounts that are read from the store at once. */
  readonly loadsAtOnceMax: number;
  /** Most characters of the open holds in a snapshot; making one takes several times as many bytes. */
  readonly snapshotCharactersMax: number;
  /** How often a batch is decided again because another process wrote first. */
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

type MemoryLimits = Pick<
  LaneLimits,
  'stateBytesMax' | 'openHoldBytesMax' | 'waitingBytesMax' | 'indexLagCharactersMax' | 'snapshotCharactersMax'
>;

/** Most characters of the open holds in any snapshot: far below the longest text that there can be. */
const snapshotCharactersMost = 128 * 1_024 * 1_024;

/**
 * The limits that follow from the memory that there is, each as a share of the heap: together they leave a good third of
 * it for what is under way.
 *
 * @param heapBytes most that the heap of this process may grow to.
 */
export function memoryLimits(heapBytes: number): MemoryLimits {
  const share = (part: number): number => Math.floor(heapBytes / part);
  return {
    stateBytesMax: share(4),
    openHoldBytesMax: share(8),
    waitingBytesMax: share(8),
    indexLagCharactersMax: share(8),
    snapshotCharactersMax: Math.min(share(16), snapshotCharactersMost),
  };
}

/**
 * How appends go to the store: one group of many accounts at a time where the store makes a whole group durable at once;
 * each account's by itself, however many at once, where it takes them one by one, so that no account waits for another's.
 */
export const groupLimits = {
  together: { groupsAtOnceMax: 1, groupAccountsMax: 1_024 },
  oneByOne: { groupsAtOnceMax: Number.POSITIVE_INFINITY, groupAccountsMax: 1 },
} as const;

/**
 * The figures of backoff are measured with three processes that freeze on one account as fast as they can, without
 * leases, an append or a read of 1 to 2 ms: deciding again at once, ten times, left a fifth to a half of all commands
 * with `account_busy`; with these none, and the longest wait was 0.3 s. Without the room it is one batch in 300 still.
 */
export const laneLimits: LaneLimits = {
  ...memoryLimits(getHeapStatistics().heap_size_limit),
  ...groupLimits.together,
  batchCommandsMax: 512,
  groupSizeMax: 1_024,
  groupCharactersMax: 2 * 1_024 * 1_024,
  sweepMax: 500,
  laneQueueMax: 20_000,
  waitingMax: 60_000,
  accountsInMemoryMax: 25_000,
  openHoldsInMemoryMax: 1_000_000,
  loadsAtOnceMax: 8,
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

/** Characters of their texts after which such a page ends. */
export const readCharactersMax = 1_024 * 1_024;

/** Characters after which a page of a list, or a list in an answer, ends: the largest thing listed comes on top. */
export const listCharactersMax = 1_024 * 1_024;

/** Most operations of a linked group. */
export const linkedGroupMax = 500;
