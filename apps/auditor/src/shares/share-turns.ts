import { PriceBookShelf, type PriceBook } from '#ledger';
import type { AuditProgress } from '../audit-options.ts';
import type { FindingKind } from '../finding.ts';
import type { LedgerPlace } from '../ledger-place.ts';
import type { OutsideCheckpoint } from '#proofs';
import { auditShare, type LedgerReport } from './audit-share.ts';

/** What each thread is started with that audits shares. */
export interface SharesStart {
  readonly place: LedgerPlace;
  readonly priceBooks: readonly PriceBook[];
  readonly accounts: string | undefined;
  readonly outside: readonly OutsideCheckpoint[];
  /** How many there are. */
  readonly shares: number;
  /** A counter that all threads share: the next share that nobody has taken. */
  readonly next: SharedArrayBuffer;
}

/** What became of one share. */
export interface SharesTurn {
  readonly number: number;
  readonly report: LedgerReport;
}

/** An audit of a share has found something: only an audit of the whole can say what there is, and in which order. */
export class NotSound extends Error {
  override readonly name = 'NotSound';
}

/**
 * Audits one share after the other that no other thread has taken, until there is none left.
 *
 * @throws NotSound as soon as there is anything to find.
 */
export async function* auditNext(start: SharesStart, progress?: AuditProgress): AsyncGenerator<SharesTurn, void> {
  const { place, priceBooks, accounts, outside, shares } = start;
  const next = new Int32Array(start.next);
  const wanted = (kind: FindingKind): never => {
    throw new NotSound(kind);
  };
  for (let number = take(next); number < shares; number = take(next)) {
    // Books that the log publishes are put on a shelf of each audit's own.
    const shelf = new PriceBookShelf(priceBooks);
    const options = { priceBooks: shelf, outside, wanted, ...(accounts !== undefined && { accounts }) };
    yield { number, report: await auditShare(place, options, { number, of: shares }, progress) };
  }
}

function take(next: Int32Array): number {
  return Atomics.add(next, 0, 1);
}
