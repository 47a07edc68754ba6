import { availableParallelism } from 'node:os';

/** How an audit is divided into partitions of the accounts. */
export interface PartitionPlan {
  /** At least 1; only so many partitions are in memory at a time. */
  readonly threads: number;
  readonly partitions: number;
  /** Whether one thread has room for all accounts at once. */
  readonly fitsWhole: boolean;
}

/** Everything by one thread, in the log's order. */
export const onePartition: PartitionPlan = { threads: 1, partitions: 1, fitsWhole: true };

/** Each thread passes over the rows or lines of the others; more would not be much faster. */
const threadsMax = 8;

/** One for each core. */
export function threadsHere(): number {
  return Math.min(availableParallelism(), threadsMax);
}

/** An account takes some 15 KiB while it is audited: a thread has so many at a time. */
const accountsOfPartitionMax = 50_000;

/** So many take some 2 GiB; Node's own limit for a thread is 4. */
const accountsOfWholeMax = 150_000;

/** How so many accounts are audited by all cores. */
export function planPartitions(accounts: number): PartitionPlan {
  const threads = threadsHere();
  const turns = Math.max(1, Math.ceil(accounts / (threads * accountsOfPartitionMax)));
  return { threads, partitions: threads * turns, fitsWhole: accounts <= accountsOfWholeMax };
}
