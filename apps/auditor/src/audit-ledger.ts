import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { AuditProgress } from './audit-options.ts';
import { undividedShare } from './audit-scope.ts';
import { logFile } from './data-directory.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { streamsIn } from './open-log.ts';
import { auditShare, type LedgerAuditOptions, type LedgerReport } from './shares/audit-share.ts';
import { auditShares, type Division } from './shares/audit-shares.ts';

export type { LedgerReport } from './shares/audit-share.ts';

/** A log of fewer bytes is audited sooner than threads are started. */
const sharedFromBytes = 32 * 1024 * 1024;

/** Each thread reads the rows of all accounts, if not their texts; more would not be much faster. */
const threadsMax = 8;

/** An account takes some 15 KiB while it is audited: a thread has so many at a time. */
const accountsOfShareMax = 50_000;

/** Everything by one thread, in the log's order. */
export const undivided: Division = { threads: 1, shares: 1 };

/**
 * Audits the log of a ledger and every views file of its data directory, read-only, also beside running services. A large log
 * in a file is audited by all cores, some accounts at a time.
 *
 * @param options.accounts only accounts whose ids start with this.
 * @param division default by the size of the log and the number of cores.
 * @throws NoSuchData if there are no events; EventStoreError if KurrentDB does not answer.
 */
export async function auditLedger(
  place: LedgerPlace,
  options: LedgerAuditOptions,
  progress?: AuditProgress,
  division = divisionOf(place),
): Promise<LedgerReport> {
  const sound = division.shares > 1 ? await auditShares(place, options, division, progress) : undefined;
  return sound ?? auditShare(place, options, undividedShare, progress);
}

/** The same of a data directory with its log in it. */
export function auditDirectory(
  directory: string,
  options: LedgerAuditOptions,
  progress?: AuditProgress,
  division?: Division,
): Promise<LedgerReport> {
  return auditLedger({ engine: 'sqlite', directory }, options, progress, division);
}

/** The whole at once where all events have to come from a server: each share would read them all. */
function divisionOf(place: LedgerPlace): Division {
  if (place.engine !== 'sqlite') return undivided;
  const file = logFile(place.directory);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < sharedFromBytes) return undivided;
  const threads = Math.min(availableParallelism(), threadsMax);
  const turns = Math.max(1, Math.ceil(streamsIn(file) / (threads * accountsOfShareMax)));
  return { threads, shares: threads * turns };
}
