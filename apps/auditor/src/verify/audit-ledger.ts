import { statSync } from 'node:fs';
import type { PriceBookShelf } from '#domain';
import { auditDivided } from './audit-partitioned.ts';
import type { AuditOptions, AuditProgress } from './audit-options.ts';
import { logFile } from '../source/data-directory.ts';
import type { LedgerPlace } from '../source/ledger-place.ts';
import { streamsIn } from '../source/open-log.ts';
import type { LedgerReport } from './partitions/audit-partition.ts';
import type { Sought } from './partitions/audit-source.ts';
import { divisionOf, undivided, type Division } from './partitions/partition-plan.ts';

export type { LedgerReport } from './partitions/audit-partition.ts';

export interface LedgerAuditOptions extends Pick<AuditOptions, 'outside'> {
  /** The books that came with Holdfast. */
  readonly priceBooks: PriceBookShelf;
  /** Only accounts whose ids start with this. */
  readonly accounts?: string;
  /** Default everything. */
  readonly sought?: Exclude<Sought, 'anything'>;
}

/** A log of fewer bytes is audited sooner than threads are started. */
const sharedFromBytes = 32 * 1024 * 1024;

/**
 * Audits the log of a ledger and every views file of its data directory, read-only, also beside running services. A large log
 * in a file is audited by all cores, some accounts at a time.
 *
 * @param division default by the size of the log and the number of cores.
 * @throws NoSuchData if there are no events; EventStoreError if KurrentDB does not answer.
 */
export async function auditLedger(
  place: LedgerPlace,
  { priceBooks, accounts, outside = [], sought = 'everything' }: LedgerAuditOptions,
  progress?: AuditProgress,
  division = divisionAt(place),
): Promise<LedgerReport> {
  const source = { place, priceBooks: priceBooks.books, ...(accounts !== undefined && { accounts }) };
  return auditDivided(source, { outside, sought }, division, progress);
}

/** The same of a data directory with its log in it. */
export function auditDirectory(
  directory: string,
  options: LedgerAuditOptions,
  progress?: AuditProgress,
  division?: Division,
): Promise<LedgerReport> {
  return auditLedger({ engine: 'sqlite', directory }, options, progress, division);
}

/** The whole at once where all events have to come from a server: each share would read them all. */
function divisionAt(place: LedgerPlace): Division {
  if (place.engine !== 'sqlite') return undivided;
  const file = logFile(place.directory);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size < sharedFromBytes ? undivided : divisionOf(streamsIn(file));
}
