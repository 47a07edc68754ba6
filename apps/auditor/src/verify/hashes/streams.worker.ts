import { parentPort, workerData } from 'node:worker_threads';
import { StreamsReader, type StreamsStart } from './streams-reader.ts';

/*
 * One of several threads that follow the hash chains of a log.
 */
const reader = new StreamsReader(workerData as StreamsStart);
const reading = reader.read();
let read = reading.next();
while (read.done !== true) read = reading.next();
reader.close();
parentPort?.postMessage(read.value);
