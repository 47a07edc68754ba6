import { Worker } from 'node:worker_threads';

const isSource = import.meta.url.endsWith('.ts');

/**
 * Has a thread for each of `starts`, its `workerData`, run to its end. `take` gets what they post, in no order.
 *
 * @param module of the threads, without its ending: it is that of the file that runs now.
 * @param stop has the other threads end soon, after one has failed. None is broken off: V8 can come to harm by that.
 * @throws what the first thread failed with, when no other is at work any more.
 */
export async function runThreads(
  module: URL,
  starts: readonly unknown[],
  take: (message: unknown) => void,
  stop: () => void,
): Promise<void> {
  const failed: unknown[] = [];
  const run = async (workerData: unknown): Promise<void> => {
    try {
      await ended(startThread(module, workerData), take);
    } catch (error) {
      failed.push(error);
      stop();
    }
  };
  await Promise.all(starts.map(run));
  if (failed.length > 0) throw failed[0];
}

/** @param module without its ending: it is that of the file that runs now. */
export function startThread(module: URL, workerData: unknown): Worker {
  const file = new URL(`${module.href}.${isSource ? 'ts' : 'js'}`);
  return new Worker(file, { workerData, execArgv: isSource ? ['--conditions=source'] : [] });
}

function ended(worker: Worker, take: (message: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', take);
    worker.once('messageerror', reject);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a thread ended with code ${String(code)}`));
    });
  });
}
