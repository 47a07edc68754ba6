import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { RangeRead, ThreadStart } from './range-messages.ts';
import { readNext } from './range-turns.ts';

const isSource = import.meta.url.endsWith('.ts');

/**
 * Has all ranges read by so many threads; by this one where it is to be one. `take` gets each as soon as it was read, in no order.
 *
 * @throws what a thread failed with; the others are ended then.
 */
export async function readRanges(start: ThreadStart, threads: number, take: (read: RangeRead) => void): Promise<void> {
  if (threads === 1) {
    await readHere(start, take);
    return;
  }
  const workers = Array.from({ length: threads }, () => startThread(start));
  try {
    await Promise.all(workers.map((worker) => ended(worker, take)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function readHere(start: ThreadStart, take: (read: RangeRead) => void): Promise<void> {
  const turns = readNext(start);
  for (const read of turns) {
    take(read);
    await yieldToOthers();
  }
}

function startThread(workerData: ThreadStart): Worker {
  return new Worker(new URL(isSource ? './ranges.worker.ts' : './ranges.worker.js', import.meta.url), {
    workerData,
    execArgv: isSource ? ['--conditions=source'] : [],
  });
}

function ended(worker: Worker, take: (read: RangeRead) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', take);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      if (code !== 0) reject(new Error(`a thread ended with code ${String(code)}`));
    });
  });
}
