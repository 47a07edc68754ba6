import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { runThreads } from '../threads.ts';
import type { RangeRead, ThreadStart } from './range-messages.ts';
import { readNext, takeAll } from './range-turns.ts';

/**
 * Has all ranges read by so many threads; by this one where it is to be one. `take` gets each as soon as it was read, in no order.
 *
 * @throws what a thread failed with; the others end with the range that they read.
 */
export async function readRanges(start: ThreadStart, threads: number, take: (read: RangeRead) => void): Promise<void> {
  if (threads === 1) {
    await readHere(start, take);
    return;
  }
  await runThreads(
    new URL('./ranges.worker', import.meta.url),
    Array<ThreadStart>(threads).fill(start),
    (read) => {
      take(read as RangeRead);
    },
    () => {
      takeAll(start);
    },
  );
}

async function readHere(start: ThreadStart, take: (read: RangeRead) => void): Promise<void> {
  const turns = readNext(start);
  for (const read of turns) {
    take(read);
    await yieldToOthers();
  }
}
