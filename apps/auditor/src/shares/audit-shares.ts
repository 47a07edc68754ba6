import { isDeepStrictEqual } from 'node:util';
import type { AuditProgress } from '../audit-options.ts';
import type { LedgerPlace } from '../ledger-place.ts';
import { runThreads } from '../threads.ts';
import type { LedgerAuditOptions, LedgerReport } from './audit-share.ts';
import { auditNext, type SharesStart, type SharesTurn } from './share-turns.ts';

/** How an audit is divided. */
export interface Division {
  /** At least 1; only so many shares are in memory at a time. */
  readonly threads: number;
  readonly shares: number;
}

/**
 * Audits a ledger in shares of its accounts, by this thread and others. Only says that everything is right: what is wrong, and
 * why a share could not be audited, has to be found by an audit of the whole.
 *
 * @returns undefined if not everything is known to be right.
 */
export async function auditShares(
  place: LedgerPlace,
  { priceBooks, accounts, outside = [] }: LedgerAuditOptions,
  { threads, shares }: Division,
  progress: AuditProgress = () => undefined,
): Promise<LedgerReport | undefined> {
  const next = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const start: SharesStart = { place, priceBooks: priceBooks.books, accounts, outside, shares, next };
  const reports = new Map<number, LedgerReport>();
  const take = ({ number, report }: SharesTurn): void => {
    reports.set(number, report);
  };
  const failed = new AbortController();
  const orAbort = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const module = new URL('./shares.worker', import.meta.url);
  const starts = Array<SharesStart>(threads - 1).fill(start);
  const works = await Promise.allSettled([
    // First, so that it takes the first share, which sees every event and so can say how far it is.
    orAbort(auditHere(start, take, failed.signal, shownOver(Math.ceil(shares / threads), progress))),
    orAbort(
      runThreads(
        module,
        starts,
        (turn) => {
          take(turn as SharesTurn);
        },
        failed.signal,
      ),
    ),
  ]);
  const first = reports.get(0);
  const all = [...reports.values()];
  const isDone = first !== undefined && all.length === shares && works.every(({ status }) => status === 'fulfilled');
  return isDone && all.every((report) => sawSame(report, first)) ? joined(first, all) : undefined;
}

/** A service may have made a file of views anew, or another may have come, since the first share was begun. */
function sawSame({ notes, views }: LedgerReport, first: LedgerReport): boolean {
  const files = (extents: LedgerReport['views']): readonly string[] => extents.map(({ file }) => file);
  return isDeepStrictEqual(files(views), files(first.views)) && notes.every((note) => first.notes.includes(note));
}

/** Is told which share of a thread is under way, from 0, and how much of it was read. */
type TurnProgress = (turn: number, read: number, eventsToRead: number | undefined) => void;

async function auditHere(
  start: SharesStart,
  take: (turn: SharesTurn) => void,
  failed: AbortSignal,
  progress: TurnProgress,
): Promise<void> {
  let turn = 0;
  const turns = auditNext(start, (events, toRead = 0) => {
    failed.throwIfAborted();
    // All shares but the first read their own events only.
    const ofTurn = turn === 0 ? toRead : toRead / start.shares;
    progress(turn, Math.min(1, events / Math.max(1, ofTurn)), toRead);
  });
  for await (const one of turns) {
    take(one);
    failed.throwIfAborted();
    turn += 1;
  }
}

/** Progress of several turns as that of one reading. */
function shownOver(turns: number, progress: AuditProgress): TurnProgress {
  return (turn, read, toRead = 0) => {
    const share = Math.min(1, (turn + read) / turns);
    progress(Math.round(share * toRead), toRead);
  };
}

/** @param first of the share that has followed what belongs to no account, too. */
function joined(first: LedgerReport, all: readonly LedgerReport[]): LedgerReport {
  const sum = (figure: (report: LedgerReport) => number): number =>
    all.reduce((total, report) => total + figure(report), 0);
  return {
    ...first,
    accounts: sum(({ accounts }) => accounts),
    streams: sum(({ streams }) => streams),
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
