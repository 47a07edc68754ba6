import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { AuditProgress } from './audit-options.ts';
import { logFile } from './data-directory.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { auditShare, type LedgerAuditOptions, type LedgerReport } from './shares/audit-share.ts';
import { auditShares } from './shares/audit-shares.ts';

export type { LedgerReport } from './shares/audit-share.ts';

/** A log of fewer bytes is audited sooner than threads are started. */
const sharedFromBytes = 32 * 1024 * 1024;

/** Each share reads the rows of all others, too, if not their texts; more would not be much faster. */
const sharesMax = 8;

/**
 * Audits the log of a ledger and every views file of its data directory, read-only, also beside running services. A large log
 * in a file is audited by all cores.
 *
 * @param options.accounts only accounts whose ids start with this.
 * @param shares into how many the accounts are divided, each for a thread; default as many as there are cores.
 * @throws NoSuchData if there are no events; EventStoreError if KurrentDB does not answer.
 */
export async function auditLedger(
  place: LedgerPlace,
  options: LedgerAuditOptions,
  progress?: AuditProgress,
  shares = sharesOf(place),
): Promise<LedgerReport> {
  const sound = shares > 1 ? await auditShares(place, options, shares, progress) : undefined;
  return sound ?? auditShare(place, options, { number: 0, of: 1 }, progress);
}

/** The same of a data directory with its log in it. */
export function auditDirectory(
  directory: string,
  options: LedgerAuditOptions,
  progress?: AuditProgress,
  shares?: number,
): Promise<LedgerReport> {
  return auditLedger({ engine: 'sqlite', directory }, options, progress, shares);
}

/** One where all events have to come from a server: each share would read them all. */
function sharesOf(place: LedgerPlace): number {
  if (place.engine !== 'sqlite') return 1;
  const size = statSync(logFile(place.directory), { throwIfNoEntry: false })?.size ?? 0;
  return size < sharedFromBytes ? 1 : Math.min(availableParallelism(), sharesMax);
}
