import { accountStream } from '#domain';
import type { LoadedAccount } from './account-history.ts';
import type { Batch } from './batch.ts';
import { ConflictBackoff } from './conflict-backoff.ts';
import type { LaneDependencies } from './dependencies.ts';
import { CommandEntry, type LaneEntry } from './entry.ts';
import { IndexLag } from './index-lag.ts';
import { SnapshotPolicy } from './snapshot-policy.ts';
import { noState, type StateSize } from './state-memory.ts';

/** The place of one account in the pipeline: what is known of it, and what waits for it. */
export class Lane {
  readonly accountId: string;
  readonly stream: string;
  readonly backoff: ConflictBackoff;
  readonly snapshots: SnapshotPolicy;
  /** Undefined: it has to be read. Between two batches all of it is durable. */
  account: LoadedAccount | undefined;
  /** What its state takes, as measured after its last batch. */
  size: StateSize = noState;
  /** Its events that the id index has not passed. */
  indexLag: IndexLag;
  /** First come first; each stays here until it is answered. */
  readonly entries: LaneEntry[] = [];
  /** Of memory that these take. */
  waitingBytes = 0;
  /**
   * Entries at the front for which the account was read to the head of its stream after they had come: it may be behind
   * by now, but it has everything that was answered before they were asked, so it may be shown to them.
   */
  seenToHead = 0;
  /** Nothing waits here, and nothing is under way. */
  isIdle = true;
  /** Decided and sent to the store, which has not said that it is written, or surely not: nothing else is decided. */
  batch: Batch | undefined;
  /** The store did not know what became of it: it may land at any time. */
  mayBeWritten = false;
  /** How often it was sent again since. */
  resends = 0;
  /** How often the batch at hand was decided in vain, because another process wrote first. */
  tries = 0;
  /** The lease was asked for, for the batch at hand. */
  isLeaseAsked = false;
  /** Another process has written what was not read yet. */
  isBehind = false;
  /** Something contradicted the state in memory, so it was read again from the store. */
  isReread = false;
  isQuarantined = false;
  /** The last `now` that a reader was told, ms since 1970: what was seen then is never undone by a clock set back. */
  readAt = 0;

  constructor(accountId: string, { idIndex, limits, snapshots }: LaneDependencies) {
    this.accountId = accountId;
    this.stream = accountStream(accountId);
    this.backoff = new ConflictBackoff(limits);
    this.snapshots = new SnapshotPolicy({ limits, snapshots });
    this.indexLag = new IndexLag(idIndex);
  }

  /** Nothing is known here that could not be read again. */
  get isForgettable(): boolean {
    return this.isIdle && this.batch === undefined && !this.isQuarantined;
  }

  /** What waits may write something. */
  get hasCommands(): boolean {
    return this.entries.some((entry) => entry instanceof CommandEntry);
  }

  enter(entry: LaneEntry): void {
    this.entries.push(entry);
    this.waitingBytes += entry.bytes;
  }

  /** Takes the first `count` entries out: they are answered. */
  leave(count: number): readonly LaneEntry[] {
    const left = this.entries.splice(0, count);
    for (const { bytes } of left) this.waitingBytes -= bytes;
    this.seenToHead = Math.max(0, this.seenToHead - count);
    return left;
  }

  /** The batch is over, whatever became of it. */
  clear(): void {
    this.batch = undefined;
    this.mayBeWritten = false;
    this.resends = 0;
  }
}
