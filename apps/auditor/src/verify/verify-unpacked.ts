import { PriceBookCatalog } from '#domain';
import { BundleLog } from '../bundle/bundle-log.ts';
import { strangers } from '../bundle/bundled-books.ts';
import { runAudit } from './audit.ts';
import type { AuditOptions, AuditProgress, AuditReport } from './audit-options.ts';

type BundleOptions = Pick<AuditOptions, 'outside' | 'wanted' | 'scope'>;

/**
 * Verifies a bundle that is at hand in pieces, with nothing else: the audit of a log, and what is special to a bundle.
 *
 * @param open gives the unpacked pieces from the beginning, each time that it is called.
 * @param options.outside checkpoints that were kept outside: with one a tail that was cut off is found, whoever cut it off.
 */
export async function verifyUnpacked(
  open: () => AsyncIterable<Buffer>,
  options: BundleOptions = {},
  progress?: AuditProgress,
): Promise<AuditReport> {
  const log = await BundleLog.open(open, options.scope);
  try {
    return await audited(log, options, progress);
  } finally {
    await log.close();
  }
}

async function audited(log: BundleLog, options: BundleOptions, progress?: AuditProgress): Promise<AuditReport> {
  const priceBooks = new PriceBookCatalog(log.priceBooks);
  const checkpoints = { marks: log.header?.marks ?? [], head: Number.MAX_SAFE_INTEGER };
  const report = await runAudit(log, { ...options, priceBooks, checkpoints }, progress);
  const unknown = strangers(log.priceBooks).map((book) => `the price book ${book} does not ship with this program`);
  return { ...report, notes: [...report.notes, ...unknown, ...(log.isPeriod ? [periodNote] : [])] };
}

const periodNote =
  'a period that does not begin with the ledger: of accounts that are older, chains and funds were checked, not rules';
