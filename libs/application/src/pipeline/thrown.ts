import { eventStoreErrorCode } from '../ports/event-store.ts';
import { UnknownPrices } from '../ports/price-book-source.ts';
import type { UnavailableCode } from '../request.ts';
import { StaleState } from './idempotency-index.ts';

/** The lane has to read something first; then the whole batch is decided again. */
export function asksToReadOn(error: unknown): boolean {
  return error instanceof UnknownPrices || error instanceof StaleState;
}

/** What the one is told whose read or command threw: that a store could not be asked, or that something is broken here. */
export function codeOfThrown(error: unknown): UnavailableCode {
  if (eventStoreErrorCode(error) !== undefined) return 'store_unavailable';
  const ofDatabase =
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  return ofDatabase ? 'store_unavailable' : 'internal_error';
}
