import type { AuditProgress } from './audit-options.ts';
import { undividedShare } from '../source/audit-scope.ts';
import { auditShare, type LedgerReport } from './partitions/audit-partition.ts';
import { foundInShares, soundInShares } from './partitions/audit-partitions.ts';
import type { AuditSource, Question } from './partitions/audit-source.ts';
import type { Division } from './partitions/partition-plan.ts';

/**
 * Audits in shares, where that is asked for. Where these do not say that everything is right, an audit of the whole finds
 * what is not, in the order of the log; in shares again, if the whole has no room.
 */
export async function auditDivided(
  source: AuditSource,
  question: Question,
  division: Division,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const sound = division.shares > 1 ? await soundInShares(source, question.outside, division, progress) : undefined;
  if (sound !== undefined) return sound;
  return division.fitsWhole
    ? auditShare(source, question, undividedShare, progress)
    : foundInShares(source, question, division, progress);
}
