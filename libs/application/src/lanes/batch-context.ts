import type { AccountState, IdempotencyIndex, PriceBooks, ZoneDatabase } from '#domain';
import type { LaneLimits } from '../limits.ts';
import type { LaneDependencies } from './dependencies.ts';
import { idempotencyIndexOf } from './idempotency-index.ts';

/** What a batch is decided by. */
export interface BatchContext {
  readonly accountId: string;
  readonly now: number;
  readonly wallClock: number;
  readonly priceBooks: PriceBooks;
  readonly known: IdempotencyIndex;
  readonly zones: ZoneDatabase;
  readonly limits: LaneLimits;
  /** Most bytes that the account's open holds may take by this batch. */
  readonly openHoldBytesMax: number;
  /** The state was read again from the store because something contradicted it. */
  readonly readAnew: boolean;
  /** Is told what one command threw. */
  readonly onTransientError: (cause: unknown) => void;
}

/**
 * @param toldAt the last time that a reader of the lane was told, ms since 1970.
 */
export function batchContext(
  accountId: string,
  state: AccountState,
  { clock, zones, idIndex, limits, memory, priceBooks, onTransientError }: LaneDependencies,
  toldAt: number,
  readAnew: boolean,
): BatchContext {
  const wallClock = clock.now();
  return {
    accountId,
    now: Math.max(wallClock, state.summary.lastAt, toldAt),
    wallClock,
    priceBooks,
    known: idempotencyIndexOf(idIndex, accountId, state),
    zones,
    limits,
    openHoldBytesMax: memory.openHoldBytesMax(accountId, state),
    readAnew,
    onTransientError: (cause) => {
      onTransientError(accountId, cause);
    },
  };
}
