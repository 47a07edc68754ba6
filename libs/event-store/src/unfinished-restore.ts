import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** There while files of a data directory are exchanged for those of a backup; what is there meanwhile may be half of each. */
export function restoreMarkFile(directory: string): string {
  return join(directory, 'restore-unfinished.json');
}

/** A restore into the directory was interrupted. */
export class RestoreUnfinished extends Error {
  override readonly name = 'RestoreUnfinished';

  constructor(directory: string) {
    super(
      `a restore into ${directory} was interrupted, and it holds neither the old ledger nor the new one: run the restore ` +
        `again with --replace (${restoreMarkFile(directory)} says from which backup, and where the old files are)`,
    );
  }
}

/** @throws RestoreUnfinished */
export function assertRestored(directory: string): void {
  if (existsSync(restoreMarkFile(directory))) throw new RestoreUnfinished(directory);
}
