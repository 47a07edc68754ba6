import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from './range-messages.ts';
import { readNext } from './range-turns.ts';

/*
 * One of several threads that read the log.
 */
const port = parentPort;
if (port === null) throw new Error('ranges are read in worker threads');
for (const read of readNext(workerData as ThreadStart)) port.postMessage(read);
