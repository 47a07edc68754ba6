import { isDeepStrictEqual } from 'node:util';
import { runThreads } from '../../threads.ts';
import type { AuditProgress } from '../audit-options.ts';
import type { LedgerReport } from './audit-partition.ts';
import type { AuditSource, Question } from './audit-source.ts';
import { joinedReports } from './joined-reports.ts';
import type { PartitionPlan } from './partition-plan.ts';
import {
  auditNext,
  isStopped,
  newCounters,
  type PartitionsStart,
  type PartitionTurn,
  stopAll,
} from './partition-turns.ts';

/**
 * Audits a ledger or a bundle in partitions of its accounts, by this thread and others, and says whether everything is right.
 *
 * @returns undefined if not everything is known to be right: something was found, or a partition could not be audited.
 */
export async function soundInPartitions(
  source: AuditSource,
  outside: Question['outside'],
  plan: PartitionPlan,
  progress?: AuditProgress,
): Promise<LedgerReport | undefined> {
  try {
    const [first, ...others] = await runPartitions(source, { outside, mode: 'anything' }, plan, progress);
    const report = joinedReports(first, others);
    // What a partition passes over in a bundle is told by the beginning of a line; a log is read by the numbers of its streams.
    const sawAll = 'place' in source || report.followed === report.events;
    return sawAll && others.every((other) => sawSame(other, first)) ? report : undefined;
  } catch {
    return undefined;
  }
}

/** The same to its end, with what is found, one partition after the other; the first has what belongs to no account, too. */
export async function foundInPartitions(
  source: AuditSource,
  question: Question,
  plan: PartitionPlan,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const [first, ...others] = await runPartitions(source, question, plan, progress);
  return joinedReports(first, others);
}

/** A service may have rebuilt a file of read models, or another may have come, since the first partition was begun. */
function sawSame({ notes, readModels }: LedgerReport, first: LedgerReport): boolean {
  const files = (extents: LedgerReport['readModels']): readonly string[] => extents.map(({ file }) => file);
  return (
    isDeepStrictEqual(files(readModels), files(first.readModels)) && notes.every((note) => first.notes.includes(note))
  );
}

/**
 * @returns reports in the order of the partitions.
 * @throws what an audit of a partition failed with.
 */
async function runPartitions(
  source: AuditSource,
  question: Question,
  { threads, partitions }: PartitionPlan,
  progress: AuditProgress = () => undefined,
): Promise<[LedgerReport, ...LedgerReport[]]> {
  const start: PartitionsStart = { source, question, partitions, counters: newCounters() };
  const reports: LedgerReport[] = [];
  const take = ({ number, report }: PartitionTurn): void => {
    reports[number] = report;
  };
  const failed: unknown[] = [];
  // This one begins, so that it takes the first partition, which sees every event and so can say how far it is.
  const here = auditHere(start, take, shownOver(Math.ceil(partitions / threads), progress)).catch((error: unknown) => {
    // If it was told to end, what the others failed with says why.
    if (!isStopped(start)) failed.push(error);
    stopAll(start);
  });
  const others = runThreads(
    new URL('./partitions.worker', import.meta.url),
    Array<PartitionsStart>(threads - 1).fill(start),
    (turn) => {
      take(turn as PartitionTurn);
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
  if (first === undefined || Object.keys(reports).length !== partitions) throw new Error('a partition was not audited');
  return [first, ...rest];
}

/** Is told which partition of a thread is under way, from 0, and how much of it was read. */
type TurnProgress = (turn: number, read: number, eventsToRead: number | undefined) => void;

async function auditHere(
  start: PartitionsStart,
  take: (turn: PartitionTurn) => void,
  progress: TurnProgress,
): Promise<void> {
  let turn = 0;
  const turns = auditNext(start, (events, toRead = 0) => {
    // All partitions but the first read their own events only.
    const ofTurn = turn === 0 ? toRead : toRead / start.partitions;
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
    const done = Math.min(1, (turn + read) / turns);
    progress(Math.round(done * toRead), toRead);
  };
}
