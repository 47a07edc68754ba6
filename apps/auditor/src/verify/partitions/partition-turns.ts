import type { AuditProgress } from '../audit-options.ts';
import { auditPartition, type LedgerReport } from './audit-partition.ts';
import type { AuditSource, Question } from './audit-source.ts';

/** What each thread is started with that audits partitions. */
export interface PartitionsStart {
  readonly source: AuditSource;
  readonly question: Question;
  /** How many there are. */
  readonly partitions: number;
  /** That all threads count with; see {@link newCounters}. */
  readonly counters: SharedArrayBuffer;
}

/** What became of one partition. */
export interface PartitionTurn {
  readonly number: number;
  readonly report: LedgerReport;
}

/** The next partition that nobody has taken, and 1 if all are to end. */
const [nextPartition, stopped, countersCount] = [0, 1, 2];

export function newCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(countersCount * Int32Array.BYTES_PER_ELEMENT);
}

/** Has every thread end when it has read its page. */
export function stopAll({ counters }: PartitionsStart): void {
  Atomics.store(new Int32Array(counters), stopped, 1);
}

export function isStopped({ counters }: PartitionsStart): boolean {
  return Atomics.load(new Int32Array(counters), stopped) !== 0;
}

/**
 * Audits one partition after the other that no other thread has taken, until there is none left.
 *
 * @throws NotSound in the mode `anything`, as soon as there is something; Error if all are to end.
 */
export async function* auditNext(
  start: PartitionsStart,
  progress: AuditProgress = () => undefined,
): AsyncGenerator<PartitionTurn, void> {
  const { source, question, partitions } = start;
  const counters = new Int32Array(start.counters);
  const take = (): number => Atomics.add(counters, nextPartition, 1);
  const goOn: AuditProgress = (events, toRead) => {
    if (isStopped(start)) throw new Error('another partition could not be audited');
    progress(events, toRead);
  };
  for (let number = take(); number < partitions && !isStopped(start); number = take()) {
    yield { number, report: await auditPartition(source, question, { number, of: partitions }, goOn) };
  }
}
