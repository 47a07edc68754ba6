import { statSync } from 'node:fs';
import type { PriceBookCatalog } from '#domain';
import { logFile } from '../source/data-directory.ts';
import { streamsIn } from '../source/followed-streams.ts';
import type { LedgerPlace } from '../source/ledger-place.ts';
import type { AuditOptions, AuditProgress } from './audit-options.ts';
import { auditPartitioned } from './audit-partitioned.ts';
import type { LedgerReport } from './partitions/audit-partition.ts';
import type { AuditMode } from './partitions/audit-source.ts';
import { onePartition, type PartitionPlan, planPartitions } from './partitions/partition-plan.ts';

export type { LedgerReport } from './partitions/audit-partition.ts';

export interface LedgerAuditOptions extends Pick<AuditOptions, 'outside'> {
  /** The books that came with Holdfast. */
  readonly priceBooks: PriceBookCatalog;
  /** Only accounts whose ids start with this. */
  readonly accounts?: string;
  /** Default everything. */
  readonly mode?: Exclude<AuditMode, 'anything'>;
}

/** A log of fewer bytes is audited sooner than threads are started. */
const partitionedFromBytes = 32 * 1024 * 1024;

/**
 * Audits the log of a ledger and every read model file of its data directory, read-only, also beside running services. A large log
 * in a file is audited by all cores, some accounts at a time.
 *
 * @param division default by the size of the log and the number of cores.
 * @throws NoSuchData if there are no events; EventStoreError if KurrentDB does not answer.
 */
export async function auditLedger(
  place: LedgerPlace,
  { priceBooks, accounts, outside = [], mode = 'everything' }: LedgerAuditOptions,
  progress?: AuditProgress,
  plan = planFor(place),
): Promise<LedgerReport> {
  const source = { place, priceBooks: priceBooks.books, ...(accounts !== undefined && { accounts }) };
  return auditPartitioned(source, { outside, mode }, plan, progress);
}

/** The same of a data directory with its log in it. */
export function auditDirectory(
  directory: string,
  options: LedgerAuditOptions,
  progress?: AuditProgress,
  plan?: PartitionPlan,
): Promise<LedgerReport> {
  return auditLedger({ engine: 'sqlite', directory }, options, progress, plan);
}

/** The whole at once where all events have to come from a server: each partition would read them all. */
function planFor(place: LedgerPlace): PartitionPlan {
  if (place.engine !== 'sqlite') return onePartition;
  const file = logFile(place.directory);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size < partitionedFromBytes ? onePartition : planPartitions(streamsIn(file));
}
