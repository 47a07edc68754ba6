import { parentPort, workerData } from 'node:worker_threads';
import { auditNext, type SharesStart } from './partition-turns.ts';

/*
 * One of several threads that audit shares of a ledger's accounts.
 */
for await (const turn of auditNext(workerData as SharesStart)) parentPort?.postMessage(turn);
