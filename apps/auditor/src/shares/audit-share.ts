import { auditOf } from '../audit.ts';
import type { AuditOptions, AuditProgress, AuditReport } from '../audit-options.ts';
import { AuditScope, type Share } from '../audit-scope.ts';
import { knownCheckpoints } from '../known-checkpoints.ts';
import { viewsFilesOf, type LedgerPlace } from '../ledger-place.ts';
import { withLedger } from '../open-ledger.ts';
import { ViewsAudit, type ViewsExtent } from '../views-audit.ts';

/** The audit of a ledger, with what of each views file was compared. */
export interface LedgerReport extends AuditReport {
  readonly views: readonly ViewsExtent[];
}

export interface LedgerAuditOptions extends Omit<AuditOptions, 'views' | 'checkpoints' | 'scope'> {
  /** Only accounts whose ids start with this. */
  readonly accounts?: string;
}

/** Audits one share of a ledger's accounts; all of it, if there is one. */
export async function auditShare(
  place: LedgerPlace,
  { accounts, ...options }: LedgerAuditOptions,
  share: Share,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const scope = new AuditScope(accounts, share);
  // First the views: so the log goes at least as far as they do.
  const views = viewsFilesOf(place).map((file) => new ViewsAudit(file));
  try {
    return await withLedger(
      place,
      async (log) => {
        // Those that were made since the log was opened do no harm.
        const checkpoints = await knownCheckpoints(log.readStream.bind(log));
        const report = await auditOf(log, { ...options, scope, views, checkpoints }, progress);
        return { ...report, views: views.map((file) => file.extent) };
      },
      scope,
    );
  } finally {
    for (const file of views) file.close();
  }
}
