import { wholePartition } from '../source/audit-scope.ts';
import type { AuditProgress } from './audit-options.ts';
import { auditPartition, type LedgerReport } from './partitions/audit-partition.ts';
import { foundInPartitions, soundInPartitions } from './partitions/audit-partitions.ts';
import type { AuditSource, Question } from './partitions/audit-source.ts';
import type { PartitionPlan } from './partitions/partition-plan.ts';

/**
 * Audits in partitions, where that is asked for. Where these do not say that everything is right, an audit of the whole finds
 * what is not, in the order of the log; in partitions again, if the whole has no room.
 */
export async function auditPartitioned(
  source: AuditSource,
  question: Question,
  plan: PartitionPlan,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const sound = plan.partitions > 1 ? await soundInPartitions(source, question.outside, plan, progress) : undefined;
  if (sound !== undefined) return sound;
  return plan.fitsWhole
    ? auditPartition(source, question, wholePartition, progress)
    : foundInPartitions(source, question, plan, progress);
}
