import { parentPort, workerData } from 'node:worker_threads';
import { auditNext, type PartitionsStart } from './partition-turns.ts';

/*
 * One of several threads that audit partitions of a ledger's accounts.
 */
for await (const turn of auditNext(workerData as PartitionsStart)) parentPort?.postMessage(turn);
