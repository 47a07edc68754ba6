import type { Leases } from '../ports/leases.ts';
import type { LaneEntry } from './entry.ts';

/**
 * Undefined, and so not even a turn of the microtasks, where there are no leases or this process holds the account's
 * already. Reads write nothing that another process could run into, and take none.
 */
export function takeLease(
  leases: Leases | undefined,
  accountId: string,
  waiting: readonly LaneEntry[],
  tries: number,
): Promise<void> | undefined {
  if (leases === undefined || waiting.every((entry) => entry.kind === 'look')) return undefined;
  return leases.take(accountId, tries);
}
