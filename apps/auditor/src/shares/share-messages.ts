import type { PriceBook } from '#ledger';
import type { Share } from '../audit-scope.ts';
import type { LedgerPlace } from '../ledger-place.ts';

/** What a thread is started with that audits a share. It posts its `LedgerReport`. */
export interface ShareStart {
  readonly place: LedgerPlace;
  readonly priceBooks: readonly PriceBook[];
  readonly accounts: string | undefined;
  readonly share: Share;
}
