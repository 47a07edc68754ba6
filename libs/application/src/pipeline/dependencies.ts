import type { ZoneDatabase } from '#domain';
import type { LaneLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { Leases } from '../ports/leases.ts';
import type { PriceBookSource } from '../ports/price-book-source.ts';
import type { Snapshots } from '../ports/snapshots.ts';
import type { LaneEntry } from './entry.ts';
import type { IndexLag } from './index-lag.ts';
import type { StateMemory } from './state-memory.ts';

/** What lanes work with. */
export interface LaneParts {
  readonly store: EventStore;
  readonly idIndex: IdIndex;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  /** What this machine knows of time zones. */
  readonly zones: ZoneDatabase;
  readonly priceBooks: PriceBookSource;
  readonly limits: LaneLimits;
  /** No other process writes to this store: a lane's state is always the head of its stream. */
  readonly soleWriter: boolean;
  /** Undefined where no other process works on this store. */
  readonly leases?: Leases;
  /** The store must not be written to any more: the process has to end. */
  readonly onFatalStoreError: (cause: unknown) => void;
  /** An account is out of service until the process restarts: its history contradicts itself. */
  readonly quarantined: (accountId: string, cause: unknown) => void;
  /** Something of the machine failed while an account was worked on: who waited was told to come again. */
  readonly onTransientError: (accountId: string, cause: unknown) => void;
}

export interface LaneDependencies extends LaneParts {
  /** Of all lanes together. */
  readonly indexLag: IndexLag;
  /** This process among those that write to the store, by a name that it never had before; undefined if it is alone. */
  readonly writer: string | undefined;
  readonly memory: StateMemory;
  /** Entries were answered: they wait no longer. */
  readonly answered: (entries: readonly LaneEntry[]) => void;
}
