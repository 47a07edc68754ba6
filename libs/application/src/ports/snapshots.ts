import type { Position } from './event-store.ts';

/** An account's state at a revision: a convenience which a full replay must agree with. */
export interface Snapshot {
  readonly accountId: string;
  /** Of the last event that it contains. */
  readonly revision: number;
  /** Time of that event, ms since 1970. */
  readonly at: number;
  readonly position: Position;
  /** Chain hash of that event. */
  readonly hash: string;
  /** As `writeSnapshot` of the domain model makes it. */
  readonly state: string;
}

/** Where snapshots are kept: several of each account, so that old moments are near one. Disposable. */
export abstract class Snapshots {
  abstract newest(accountId: string): Snapshot | undefined;
  /** The newest whose last event is not after `at`. */
  abstract newestAt(accountId: string, at: number): Snapshot | undefined;
  /** The newest whose revision is not above `revision`. */
  abstract newestUpTo(accountId: string, revision: number): Snapshot | undefined;
  /** Keeps a snapshot once the id index has passed its position; may be lost. */
  abstract save(snapshot: Snapshot): void;
}
