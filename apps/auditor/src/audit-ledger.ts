import { auditOf, type AuditOptions, type AuditProgress, type AuditReport } from './audit.ts';
import { viewsFiles } from './data-directory.ts';
import { knownCheckpoints } from './known-checkpoints.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { withLedger } from './open-ledger.ts';
import { ViewsAudit, type ViewsExtent } from './views-audit.ts';

/** The audit of a ledger, with what of each views file was compared. */
export interface LedgerReport extends AuditReport {
  readonly views: readonly ViewsExtent[];
}

type Options = Omit<AuditOptions, 'views' | 'checkpoints'>;

/**
 * Audits the log of a ledger and every views file of its data directory, read-only, also beside running services.
 *
 * @param options.accounts only accounts whose ids start with this.
 * @throws NoSuchData if there are no events; EventStoreError if KurrentDB does not answer.
 */
export async function auditLedger(
  place: LedgerPlace,
  options: Options,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  // First the views: so the log goes at least as far as they do.
  const views = viewsFilesOf(place).map((file) => new ViewsAudit(file));
  try {
    return await withLedger(place, async (log) => {
      // Those that were made since the log was opened do no harm.
      const checkpoints = await knownCheckpoints(log.readStream.bind(log));
      const report = await auditOf(log, { ...options, views, checkpoints }, progress);
      return { ...report, views: views.map((file) => file.extent) };
    });
  } finally {
    for (const file of views) file.close();
  }
}

/** The same of a data directory with its log in it. */
export function auditDirectory(directory: string, options: Options, progress?: AuditProgress): Promise<LedgerReport> {
  return auditLedger({ engine: 'sqlite', directory }, options, progress);
}

/** The views files that belong to a ledger, as far as they are known. */
export function viewsFilesOf({ directory }: LedgerPlace): readonly string[] {
  return directory === undefined ? [] : viewsFiles(directory);
}
