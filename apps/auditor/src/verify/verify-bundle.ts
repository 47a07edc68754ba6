import { statSync } from 'node:fs';
import type { OutsideCheckpoint } from '#proofs';
import { streamsInBundle } from '../bundle/streams-in-bundle.ts';
import { NoSuchData } from '../source/open-log.ts';
import type { AuditProgress } from './audit-options.ts';
import { auditPartitioned } from './audit-partitioned.ts';
import type { LedgerReport } from './partitions/audit-partition.ts';
import { onePartition, type PartitionPlan, planPartitions } from './partitions/partition-plan.ts';

/** A bundle of fewer bytes is verified sooner than threads are started. */
const partitionedFromBytes = 4 * 1024 * 1024;

/**
 * Verifies a bundle in a file; a large one by all cores, some accounts at a time.
 *
 * @param outside checkpoints that were kept outside: with one a tail that was cut off is found, whoever cut it off.
 * @param division default by the size of the bundle and the number of cores.
 * @throws NoSuchData if there is no such file.
 */
export async function verifyBundle(
  file: string,
  outside: readonly OutsideCheckpoint[] = [],
  progress?: AuditProgress,
  plan?: PartitionPlan,
): Promise<LedgerReport> {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new NoSuchData(`${file}: there is no such bundle`);
  const divided = plan ?? (size < partitionedFromBytes ? onePartition : planPartitions(await streamsInBundle(file)));
  return auditPartitioned({ bundle: file }, { outside, mode: 'everything' }, divided, progress);
}
