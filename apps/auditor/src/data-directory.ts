import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { auditOf, type AuditOptions, type AuditProgress, type AuditReport } from './audit.ts';
import { knownCheckpoints, type KnownCheckpoints } from './known-checkpoints.ts';
import { NoSuchData, openLog, openStreams } from './open-log.ts';
import { ViewsAudit, type ViewsExtent } from './views-audit.ts';

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

/** The audit of a directory, with what of each views file was compared. */
export interface DirectoryReport extends AuditReport {
  readonly views: readonly ViewsExtent[];
}

/**
 * Audits the log of a data directory and every views file beside it, read-only, also beside a running service.
 *
 * @param options.accounts only accounts whose ids start with this.
 * @throws NoSuchData if there is no event log.
 */
export async function auditDirectory(
  directory: string,
  options: Omit<AuditOptions, 'views' | 'checkpoints'>,
  progress?: AuditProgress,
): Promise<DirectoryReport> {
  // First the views: so the log goes at least as far as they do.
  const views = viewsFiles(directory).map((file) => new ViewsAudit(file));
  try {
    const log = openLog(logFile(directory));
    try {
      const checkpoints = await checkpointsOf(logFile(directory));
      const report = await auditOf(log, { ...options, views, checkpoints }, progress);
      return { ...report, views: views.map((file) => file.extent) };
    } finally {
      log.close();
    }
  } finally {
    for (const file of views) file.close();
  }
}

/** Those that were made since the log was opened do no harm. */
async function checkpointsOf(file: string): Promise<KnownCheckpoints> {
  const streams = openStreams(file);
  try {
    return await knownCheckpoints(streams.readStream.bind(streams));
  } finally {
    streams.close();
  }
}
