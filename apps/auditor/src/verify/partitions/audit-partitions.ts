import { isDeepStrictEqual } from 'node:util';
import type { AuditProgress } from '../audit-options.ts';
import { runThreads } from '../../threads.ts';
import type { LedgerReport } from './audit-partition.ts';
import type { AuditSource, Question } from './audit-source.ts';
import type { Division } from './partition-plan.ts';
import { joinedReports } from './joined-reports.ts';
import { auditNext, isStopped, newCounters, stopAll, type SharesStart, type SharesTurn } from './partition-turns.ts';

/**
 * Audits a ledger or a bundle in shares of its accounts, by this thread and others, and says whether everything is right.
 *
 * @returns undefined if not everything is known to be right: something was found, or a share could not be audited.
 */
export async function soundInShares(
  source: AuditSource,
  outside: Question['outside'],
  division: Division,
  progress?: AuditProgress,
): Promise<LedgerReport | undefined> {
  try {
    const [first, ...others] = await runShares(source, { outside, sought: 'anything' }, division, progress);
    const report = joinedReports(first, others);
    // What a share passes over in a bundle is told by the beginning of a line; a log is read by the numbers of its streams.
    const sawAll = 'place' in source || report.followed === report.events;
    return sawAll && others.every((other) => sawSame(other, first)) ? report : undefined;
  } catch {
    return undefined;
  }
}

/** The same to its end, with what is found, share by share; the first has what belongs to no account, too. */
export async function foundInShares(
  source: AuditSource,
  question: Question,
  division: Division,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const [first, ...others] = await runShares(source, question, division, progress);
  return joinedReports(first, others);
}

/** A service may have made a file of views anew, or another may have come, since the first share was begun. */
function sawSame({ notes, views }: LedgerReport, first: LedgerReport): boolean {
  const files = (extents: LedgerReport['views']): readonly string[] => extents.map(({ file }) => file);
  return isDeepStrictEqual(files(views), files(first.views)) && notes.every((note) => first.notes.includes(note));
}

/**
 * @returns reports in the order of the shares.
 * @throws what an audit of a share failed with.
 */
async function runShares(
  source: AuditSource,
  question: Question,
  { threads, shares }: Division,
  progress: AuditProgress = () => undefined,
): Promise<[LedgerReport, ...LedgerReport[]]> {
  const start: SharesStart = { source, question, shares, counters: newCounters() };
  const reports: LedgerReport[] = [];
  const take = ({ number, report }: SharesTurn): void => {
    reports[number] = report;
  };
  const failed: unknown[] = [];
  // This one begins, so that it takes the first share, which sees every event and so can say how far it is.
  const here = auditHere(start, take, shownOver(Math.ceil(shares / threads), progress)).catch((error: unknown) => {
    // If it was told to end, what the others failed with says why.
    if (!isStopped(start)) failed.push(error);
    stopAll(start);
  });
  const others = runThreads(
    new URL('./partitions.worker', import.meta.url),
    Array<SharesStart>(threads - 1).fill(start),
    (turn) => {
      take(turn as SharesTurn);
    },
    () => {
      stopAll(start);
    },
  ).catch((error: unknown) => {
    failed.push(error);
  });
  await Promise.all([here, others]);
  if (failed.length > 0) throw failed[0];
  const [first, ...rest] = reports;
  if (first === undefined || Object.keys(reports).length !== shares) throw new Error('a share was not audited');
  return [first, ...rest];
}

/** Is told which share of a thread is under way, from 0, and how much of it was read. */
type TurnProgress = (turn: number, read: number, eventsToRead: number | undefined) => void;

async function auditHere(start: SharesStart, take: (turn: SharesTurn) => void, progress: TurnProgress): Promise<void> {
  let turn = 0;
  const turns = auditNext(start, (events, toRead = 0) => {
    // All shares but the first read their own events only.
    const ofTurn = turn === 0 ? toRead : toRead / start.shares;
    progress(turn, Math.min(1, events / Math.max(1, ofTurn)), toRead);
  });
  for await (const one of turns) {
    take(one);
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
