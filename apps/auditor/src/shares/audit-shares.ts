import assert from 'node:assert';
import { PriceBookShelf } from '#ledger';
import type { AuditProgress } from '../audit-options.ts';
import type { LedgerPlace } from '../ledger-place.ts';
import { runThreads } from '../threads.ts';
import { auditIfSound, type ShareStart } from './audit-if-sound.ts';
import type { LedgerAuditOptions, LedgerReport } from './audit-share.ts';

/**
 * Audits a ledger in shares of its accounts, each but the first in a thread of its own. Only says that everything is right:
 * what is wrong, and why a share could not be audited, has to be found by an audit of the whole.
 *
 * @param shares at least 2.
 * @returns undefined if not everything is known to be right.
 */
export async function auditShares(
  place: LedgerPlace,
  options: LedgerAuditOptions,
  shares: number,
  progress?: AuditProgress,
): Promise<LedgerReport | undefined> {
  const { priceBooks, accounts } = options;
  const { books } = priceBooks;
  const starts = Array.from({ length: shares - 1 }, (_, index): ShareStart => {
    return { place, priceBooks: books, accounts, share: { number: index + 1, of: shares } };
  });
  const reports: LedgerReport[] = [];
  const failed = new AbortController();
  const orAbort = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  // Books that the log publishes are put on a shelf of this audit's own.
  const own = { ...options, priceBooks: new PriceBookShelf(books) };
  const first = auditIfSound(place, own, { number: 0, of: shares }, (events, toRead) => {
    failed.signal.throwIfAborted();
    progress?.(events, toRead);
  });
  const others = runThreads(
    new URL('./share.worker', import.meta.url),
    starts,
    (report) => reports.push(report as LedgerReport),
    failed.signal,
  );
  const [ofFirst, ofOthers] = await Promise.allSettled([orAbort(first), orAbort(others)]);
  if (ofFirst.status === 'rejected' || ofOthers.status === 'rejected') return undefined;
  assert.equal(reports.length, starts.length, 'every thread that ended well has posted its report');
  return joined(ofFirst.value, [ofFirst.value, ...reports]);
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
    views: first.views.map(({ file }) => {
      const same = all.flatMap(({ views }) => views.filter((extent) => extent.file === file));
      return {
        file,
        events: same.reduce((total, { events }) => total + events, 0),
        snapshots: same.reduce((total, { snapshots }) => total + snapshots, 0),
      };
    }),
  };
}
