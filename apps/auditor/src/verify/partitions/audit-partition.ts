import { PriceBookCatalog } from '#domain';
import { unpackedFile } from '../../bundle/container.ts';
import { AuditScope, type Partition } from '../../source/audit-scope.ts';
import { knownCheckpoints } from '../../source/known-checkpoints.ts';
import { listReadModelsFiles } from '../../source/ledger-place.ts';
import { withLedger } from '../../source/open-ledger.ts';
import { runAudit } from '../audit.ts';
import type { AuditProgress, AuditReport } from '../audit-options.ts';
import { ReadModelsAudit, type ReadModelsExtent } from '../read-models/read-models-audit.ts';
import { verifyUnpacked } from '../verify-unpacked.ts';
import { type AuditSource, type LedgerSource, type Question, selectKinds } from './audit-source.ts';

/** The audit of a ledger, with what of each read model file was compared; a bundle has none. */
export interface LedgerReport extends AuditReport {
  readonly readModels: readonly ReadModelsExtent[];
}

/**
 * Audits one partition of the accounts; all of them, if there is one.
 *
 * @throws NotSound in the mode `anything`, if there is something.
 */
export async function auditPartition(
  source: AuditSource,
  question: Question,
  partition: Partition,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  if ('place' in source) return auditLedgerPartition(source, question, partition, progress);
  const options = {
    outside: question.outside,
    wanted: selectKinds(question.mode),
    scope: new AuditScope(undefined, partition),
  };
  return { ...(await verifyUnpacked(() => unpackedFile(source.bundle), options, progress)), readModels: [] };
}

async function auditLedgerPartition(
  { place, priceBooks, accounts }: LedgerSource,
  { outside, mode }: Question,
  partition: Partition,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const scope = new AuditScope(accounts, partition);
  // First the read models: so the log goes at least as far as they do.
  const readModels = listReadModelsFiles(place).map((file) => new ReadModelsAudit(file));
  try {
    return await withLedger(
      place,
      async (log) => {
        // Those that were made since the log was opened do no harm.
        const checkpoints = await knownCheckpoints(log.readStream.bind(log));
        // Books that the log publishes are put into a catalog of each audit's own.
        const catalog = new PriceBookCatalog(priceBooks);
        const options = { priceBooks: catalog, outside, wanted: selectKinds(mode), scope, readModels, checkpoints };
        const report = await runAudit(log, options, progress);
        return { ...report, readModels: readModels.map((file) => file.extent) };
      },
      scope,
    );
  } finally {
    for (const file of readModels) file.close();
  }
}
