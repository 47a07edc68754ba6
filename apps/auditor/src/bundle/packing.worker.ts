import { parentPort, workerData } from 'node:worker_threads';
import { PackedFile } from './packed-file.ts';
import type { PackingOrder, PackingStart } from './packing-thread.ts';

/*
 * Packs a bundle into a file.
 */
const port = parentPort;
if (port === null) throw new Error('bundles are packed in a worker thread');
const file = new PackedFile((workerData as PackingStart).file);
let before: Promise<void> = Promise.resolve();

port.on('message', (order: PackingOrder) => {
  before = before.then(() => applyDecision(order)).catch(giveUp);
});

/** Outside of the promise, so that the other thread is told whatever becomes of unhandled rejections. */
function giveUp(error: unknown): void {
  port?.close();
  setImmediate(() => {
    throw error;
  });
}

async function applyDecision(order: PackingOrder): Promise<void> {
  if ('stop' in order) {
    await file.stop();
    port?.close();
    return;
  }
  if ('lines' in order) {
    await file.take(order.lines);
    port?.postMessage(undefined);
    return;
  }
  port?.postMessage(await file.finish(order.counts));
  port?.close();
}
