import { createReadStream, existsSync } from 'node:fs';
import { PriceBookShelf } from '#ledger';
import type { OutsideCheckpoint } from '#proofs';
import { auditOf, type AuditProgress, type AuditReport } from '../audit.ts';
import { NoSuchData } from '../open-log.ts';
import { BundleLog } from './bundle-log.ts';
import { strangers } from './bundled-books.ts';
import { unpacked } from './container.ts';

export interface BundleOptions {
  /** Checkpoints that were kept outside: with one a tail that was cut off is found, whoever cut it off. */
  readonly outside?: readonly OutsideCheckpoint[];
}

/**
 * Verifies a bundle that is at hand in pieces, with nothing else: the audit of a log, and what is special to a bundle.
 *
 * @param open gives the unpacked pieces from the beginning, each time that it is called.
 */
export async function verifyUnpacked(
  open: () => AsyncIterable<Buffer>,
  { outside = [] }: BundleOptions = {},
  progress?: AuditProgress,
): Promise<AuditReport> {
  const log = await BundleLog.open(open);
  const priceBooks = new PriceBookShelf(log.priceBooks);
  const checkpoints = { marks: log.header?.marks ?? [], head: Number.MAX_SAFE_INTEGER };
  const report = await auditOf(log, { priceBooks, checkpoints, outside }, progress);
  const unknown = strangers(log.priceBooks).map((book) => `the price book ${book} does not ship with this program`);
  return { ...report, notes: [...report.notes, ...unknown, ...(log.isPeriod ? [periodNote] : [])] };
}

const periodNote =
  'a period that does not begin with the ledger: of accounts that are older, chains and funds were checked, not rules';

/**
 * Verifies a bundle in a file.
 *
 * @throws NoSuchData if there is no such file.
 */
export async function verifyBundle(
  file: string,
  options: BundleOptions,
  progress?: AuditProgress,
): Promise<AuditReport> {
  if (!existsSync(file)) throw new NoSuchData(`${file}: there is no such bundle`);
  return verifyUnpacked(() => unpacked(createReadStream(file) as AsyncIterable<Buffer>), options, progress);
}
