import { Worker } from 'node:worker_threads';

const isSource = import.meta.url.endsWith('.ts');

/**
 * Has a thread for each of `starts`, its `workerData`, run to its end. `take` gets what they post, in no order.
 *
 * @param module of the threads, without its ending: it is that of the file that runs now.
 * @param signal ends them all.
 * @throws what a thread failed with; the others are ended then.
 */
export async function runThreads(
  module: URL,
  starts: readonly unknown[],
  take: (message: unknown) => void,
  signal?: AbortSignal,
): Promise<void> {
  const file = new URL(`${module.href}.${isSource ? 'ts' : 'js'}`);
  const execArgv = isSource ? ['--conditions=source'] : [];
  const workers: Worker[] = [];
  const end = (): Promise<unknown> => Promise.all(workers.map((worker) => worker.terminate()));
  const aborted = (): void => void end();
  signal?.addEventListener('abort', aborted);
  try {
    for (const workerData of starts) workers.push(new Worker(file, { workerData, execArgv }));
    await Promise.all(workers.map((worker) => ended(worker, take)));
  } finally {
    signal?.removeEventListener('abort', aborted);
    await end();
  }
}

function ended(worker: Worker, take: (message: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', take);
    worker.once('messageerror', reject);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      if (code !== 0) reject(new Error(`a thread ended with code ${String(code)}`));
    });
  });
}
