import { PriceBookShelf } from '#domain';
import { auditOf } from '../audit.ts';
import type { AuditProgress, AuditReport } from '../audit-options.ts';
import { AuditScope, type Share } from '../../source/audit-scope.ts';
import { unpackedFile } from '../../bundle/container.ts';
import { verifyUnpacked } from '../verify-unpacked.ts';
import { knownCheckpoints } from '../../source/known-checkpoints.ts';
import { viewsFilesOf } from '../../source/ledger-place.ts';
import { withLedger } from '../../source/open-ledger.ts';
import { ViewsAudit, type ViewsExtent } from '../read-models/read-models-audit.ts';
import { wantedOf, type AuditSource, type LedgerSource, type Question } from './audit-source.ts';

/** The audit of a ledger, with what of each views file was compared; a bundle has none. */
export interface LedgerReport extends AuditReport {
  readonly views: readonly ViewsExtent[];
}

/**
 * Audits one share of the accounts; all of them, if there is one.
 *
 * @throws NotSound if anything is sought, and there is something.
 */
export async function auditShare(
  source: AuditSource,
  question: Question,
  share: Share,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  if ('place' in source) return auditLedgerShare(source, question, share, progress);
  const options = {
    outside: question.outside,
    wanted: wantedOf(question.sought),
    scope: new AuditScope(undefined, share),
  };
  return { ...(await verifyUnpacked(() => unpackedFile(source.bundle), options, progress)), views: [] };
}

async function auditLedgerShare(
  { place, priceBooks, accounts }: LedgerSource,
  { outside, sought }: Question,
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
        // Books that the log publishes are put on a shelf of each audit's own.
        const shelf = new PriceBookShelf(priceBooks);
        const options = { priceBooks: shelf, outside, wanted: wantedOf(sought), scope, views, checkpoints };
        const report = await auditOf(log, options, progress);
        return { ...report, views: views.map((file) => file.extent) };
      },
      scope,
    );
  } finally {
    for (const file of views) file.close();
  }
}
