import { auditOf } from '../audit.ts';
import type { AuditOptions, AuditProgress, AuditReport } from '../audit-options.ts';
import { AuditScope, type Share } from '../audit-scope.ts';
import { viewsFiles } from '../data-directory.ts';
import { knownCheckpoints } from '../known-checkpoints.ts';
import type { LedgerPlace } from '../ledger-place.ts';
import { withLedger } from '../open-ledger.ts';
import { ViewsAudit, type ViewsExtent } from '../views-audit.ts';

/** The audit of a ledger, with what of each views file was compared. */
export interface LedgerReport extends AuditReport {
  readonly views: readonly ViewsExtent[];
}

export type LedgerOptions = Omit<AuditOptions, 'views' | 'checkpoints' | 'share'>;

/** Audits one share of a ledger's accounts, or the whole ledger if there is one share. */
export async function auditShare(
  place: LedgerPlace,
  options: LedgerOptions,
  share: Share,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const scope = new AuditScope(options.accounts, share);
  // First the views: so the log goes at least as far as they do.
  const views = viewsFilesOf(place).map((file) => new ViewsAudit(file));
  try {
    return await withLedger(
      place,
      async (log) => {
        // Those that were made since the log was opened do no harm.
        const checkpoints = await knownCheckpoints(log.readStream.bind(log));
        const report = await auditOf(log, { ...options, share, views, checkpoints }, progress);
        return { ...report, views: views.map((file) => file.extent) };
      },
      scope,
    );
  } finally {
    for (const file of views) file.close();
  }
}

/** The views files that belong to a ledger, as far as they are known. */
export function viewsFilesOf({ directory }: LedgerPlace): readonly string[] {
  return directory === undefined ? [] : viewsFiles(directory);
}
