import { PriceBookShelf } from '#ledger';
import type { AuditProgress } from '../audit-options.ts';
import type { LedgerPlace } from '../ledger-place.ts';
import { runThreads } from '../threads.ts';
import { auditShare, type LedgerOptions, type LedgerReport } from './audit-share.ts';
import type { ShareStart } from './share-messages.ts';

/**
 * Audits a ledger in shares of its accounts, each but the first in a thread of its own. Only says whether everything is
 * right: what is wrong is found once more, in the log's order, by an audit of the whole.
 *
 * @param shares at least 2.
 * @returns undefined if there is anything to find.
 */
export async function auditShares(
  place: LedgerPlace,
  options: LedgerOptions,
  shares: number,
  progress?: AuditProgress,
): Promise<LedgerReport | undefined> {
  const { accounts, outside } = options;
  const { books } = options.priceBooks;
  const others = Array.from({ length: shares - 1 }, (_, index): ShareStart => {
    return { place, priceBooks: books, accounts, share: { number: index + 1, of: shares } };
  });
  // Books that the log publishes are put on a shelf of this audit's own.
  const own = {
    priceBooks: new PriceBookShelf(books),
    ...(accounts !== undefined && { accounts }),
    ...(outside !== undefined && { outside }),
  };
  const reports: LedgerReport[] = [];
  const [first] = await Promise.all([
    auditShare(place, own, { number: 0, of: shares }, progress),
    runThreads(new URL('./share.worker', import.meta.url), others, (report) => reports.push(report as LedgerReport)),
  ]);
  const all = [first, ...reports];
  return all.some(({ found }) => found > 0) ? undefined : joined(first, all);
}

/** @param all the first among them, which has followed what belongs to no account. */
function joined(first: LedgerReport, all: readonly LedgerReport[]): LedgerReport {
  const sum = (figure: (report: LedgerReport) => number): number =>
    all.reduce((total, report) => total + figure(report), 0);
  return {
    ...first,
    accounts: sum(({ accounts }) => accounts),
    streams: sum(({ streams }) => streams),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
    views: first.views.map((extent, index) => ({
      ...extent,
      events: sum(({ views }) => views[index]?.events ?? 0),
      snapshots: sum(({ views }) => views[index]?.snapshots ?? 0),
    })),
  };
}
