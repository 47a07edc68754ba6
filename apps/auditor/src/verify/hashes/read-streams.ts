import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { runThreads } from '../../threads.ts';
import { countersCount, stopped, type StreamsRead, StreamsReader, type StreamsStart } from './streams-reader.ts';

export function newCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(countersCount * BigInt64Array.BYTES_PER_ELEMENT);
}

/**
 * Reads a log in so many partitions of its streams, each by a thread of its own.
 *
 * @throws what a thread failed with; the others end soon then.
 */
export async function readByThreads(
  { file, end, counters }: Omit<StreamsStart, 'partition'>,
  threads: number,
): Promise<readonly StreamsRead[]> {
  const reads: StreamsRead[] = [];
  await runThreads(
    new URL('./streams.worker', import.meta.url),
    Array.from({ length: threads }, (_, number) => ({ file, end, counters, partition: { number, of: threads } })),
    (read) => {
      reads.push(read as StreamsRead);
    },
    () => {
      Atomics.store(new BigInt64Array(counters), stopped, 1n);
    },
  );
  return reads;
}

/** The same by this thread, one partition after the other. */
export async function readHere(
  start: Omit<StreamsStart, 'partition'>,
  partitions: number,
  windowPositions?: number,
): Promise<readonly StreamsRead[]> {
  const reads: StreamsRead[] = [];
  for (let number = 0; number < partitions; number += 1) {
    const reader = new StreamsReader({ ...start, partition: { number, of: partitions } });
    try {
      const reading = reader.read(windowPositions);
      let read = reading.next();
      for (; read.done !== true; read = reading.next()) await yieldToOthers();
      reads.push(read.value);
    } finally {
      reader.close();
    }
  }
  return reads;
}
