import { KurrentDbEventStore } from '#event-store';
import { auditOf, type AuditOptions, type AuditProgress, type AuditReport } from './audit.ts';
import { knownCheckpoints } from './known-checkpoints.ts';
import { NoSuchData } from './open-log.ts';

/**
 * Audits the log in a KurrentDB, also beside running services, up to where it ends when the audit comes there. Views are
 * not looked at: each process has its own, on its own disk.
 *
 * @param url connection string, with its credentials.
 * @throws NoSuchData if there is none; EventStoreError if nobody answers there.
 */
export async function auditKurrentDb(
  url: string | undefined,
  namespace: string,
  options: Pick<AuditOptions, 'priceBooks' | 'accounts' | 'outside'>,
  progress: AuditProgress,
): Promise<AuditReport> {
  if (url === undefined || url === '') throw new NoSuchData('KURRENTDB_URL is not set');
  const store = await KurrentDbEventStore.open(url, { streamPrefix: `${namespace}.` });
  try {
    const checkpoints = await knownCheckpoints(store.readStream.bind(store));
    const report = await auditOf(store, { ...options, checkpoints }, progress);
    // A namespace that is spelled otherwise has no faults either.
    if (report.events === 0) throw new NoSuchData(`KurrentDB has no events of a ledger called ${namespace}`);
    return report;
  } finally {
    await store.close();
  }
}
