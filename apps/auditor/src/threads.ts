import { Worker } from 'node:worker_threads';

const isSource = import.meta.url.endsWith('.ts');

/**
 * Has a thread for each of `starts`, its `workerData`, run to its end. `take` gets what they post, in no order.
 *
 * @param module of the threads, without its ending: it is that of the file that runs now.
 * @param stop has the other threads end soon, after one has failed. None is broken off: V8 can come to harm by that.
 * @throws what the first thread failed with, when all have ended.
 */
export async function runThreads(
  module: URL,
  starts: readonly unknown[],
  take: (message: unknown) => void,
  stop: () => void,
): Promise<void> {
  const file = new URL(`${module.href}.${isSource ? 'ts' : 'js'}`);
  const execArgv = isSource ? ['--conditions=source'] : [];
  const failed: unknown[] = [];
  const run = async (workerData: unknown): Promise<void> => {
    try {
      await ended(new Worker(file, { workerData, execArgv }), take);
    } catch (error) {
      failed.push(error);
      stop();
    }
  };
  await Promise.all(starts.map(run));
  if (failed.length > 0) throw failed[0];
}

function ended(worker: Worker, take: (message: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    worker.on('message', take);
    const fail = (error: unknown): void => {
      failure ??= error;
    };
    worker.once('messageerror', fail);
    worker.once('error', fail);
    worker.once('exit', (code) => {
      if (code !== 0) fail(new Error(`a thread ended with code ${String(code)}`));
      if (failure === undefined) resolve();
      else reject(failure);
    });
  });
}
