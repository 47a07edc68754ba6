import type { AuditProgress } from '../audit-options.ts';
import { auditShare, type LedgerReport } from './audit-partition.ts';
import type { AuditSource, Question } from './audit-source.ts';

/** What each thread is started with that audits shares. */
export interface SharesStart {
  readonly source: AuditSource;
  readonly question: Question;
  /** How many there are. */
  readonly shares: number;
  /** That all threads count with; see {@link newCounters}. */
  readonly counters: SharedArrayBuffer;
}

/** What became of one share. */
export interface SharesTurn {
  readonly number: number;
  readonly report: LedgerReport;
}

/** The next share that nobody has taken, and 1 if all are to end. */
const [nextShare, stopped, countersCount] = [0, 1, 2];

export function newCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(countersCount * Int32Array.BYTES_PER_ELEMENT);
}

/** Has every thread end when it has read its page. */
export function stopAll({ counters }: SharesStart): void {
  Atomics.store(new Int32Array(counters), stopped, 1);
}

export function isStopped({ counters }: SharesStart): boolean {
  return Atomics.load(new Int32Array(counters), stopped) !== 0;
}

/**
 * Audits one share after the other that no other thread has taken, until there is none left.
 *
 * @throws NotSound if anything is sought, as soon as there is something; Error if all are to end.
 */
export async function* auditNext(
  start: SharesStart,
  progress: AuditProgress = () => undefined,
): AsyncGenerator<SharesTurn, void> {
  const { source, question, shares } = start;
  const counters = new Int32Array(start.counters);
  const take = (): number => Atomics.add(counters, nextShare, 1);
  const goOn: AuditProgress = (events, toRead) => {
    if (isStopped(start)) throw new Error('another share could not be audited');
    progress(events, toRead);
  };
  for (let number = take(); number < shares && !isStopped(start); number = take()) {
    yield { number, report: await auditShare(source, question, { number, of: shares }, goOn) };
  }
}
