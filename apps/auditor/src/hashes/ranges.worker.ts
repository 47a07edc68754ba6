import { parentPort, workerData } from 'node:worker_threads';
import { eventsRead, nextRange, type ThreadStart } from './range-messages.ts';
import { RangeReader } from './range-reader.ts';

/*
 * One of several threads that read the log: takes one range after the other until there is none left.
 */
const port = parentPort;
if (port === null) throw new Error('ranges are read in worker threads');
const { file, end, width, counters } = workerData as ThreadStart;
const shared = new BigInt64Array(counters);
const reader = new RangeReader(file, (events) => {
  Atomics.add(shared, eventsRead, BigInt(events));
});
try {
  for (;;) {
    const number = Number(Atomics.add(shared, nextRange, 1n));
    const from = number * width;
    if (from >= end) break;
    port.postMessage(reader.read(number, from, Math.min(end, from + width)));
  }
} finally {
  reader.close();
}
