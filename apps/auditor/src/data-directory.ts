import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceBooks } from '#ledger';
import { auditOf, type AuditProgress, type AuditReport } from './audit.ts';
import { NoSuchData, openLog } from './open-log.ts';
import { ViewsAudit } from './views-audit.ts';

/** The event log of a data directory. */
export function logFile(directory: string): string {
  return join(directory, 'events.db');
}

/** The views files of a data directory, one for each process that ran on it. */
export function viewsFiles(directory: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    throw new NoSuchData(`${directory}: there is no such directory`);
  }
  return names
    .filter((name) => /^views-\d+\.db$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * Audits the log of a data directory and every views file beside it, read-only, also beside a running service.
 *
 * @param options.accounts only accounts whose ids start with this.
 * @throws NoSuchData if there is no event log.
 */
export async function auditDirectory(
  directory: string,
  options: { readonly priceBooks: PriceBooks; readonly accounts?: string },
  progress?: AuditProgress,
): Promise<AuditReport> {
  // First the views: so the log goes at least as far as they do.
  const views = viewsFiles(directory).map((file) => new ViewsAudit(file));
  try {
    const log = openLog(logFile(directory));
    try {
      return await auditOf(log, { ...options, views }, progress);
    } finally {
      log.close();
    }
  } finally {
    for (const file of views) file.close();
  }
}
