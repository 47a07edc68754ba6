import { DatabaseSync } from 'node:sqlite';
import type { AuditScope } from './audit-scope.ts';

/** How long a read waits for a lock of the service, in ms. */
const lockWaitMs = 2_000;

/** Numbers of the streams that a partition follows. Price books are needed by every partition. */
export function toStreams(database: DatabaseSync, scope: AuditScope): ReadonlySet<number> {
  const followed = new Set<number>();
  for (const { id, name } of database.prepare('SELECT id, name FROM streams').iterate()) {
    if (typeof name === 'string' && typeof id === 'number' && scope.reads(name)) followed.add(id);
  }
  return followed;
}

/** How many streams a log has; 0 if that cannot be read. */
export function streamsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
  try {
    return Number(database.prepare('SELECT count(*) AS streams FROM streams').get()?.['streams']);
  } catch {
    return 0;
  } finally {
    database.close();
  }
}
