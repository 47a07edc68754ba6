import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { HeadsReaderModule } from './heads-reader.ts';
import { TreeKeeper } from './tree-keeper.ts';
import type { TreesAnswer, TreesAnswers, TreesAsked, TreesStart } from './tree-messages.ts';

/*
 * The trees' thread: reads and hashes heads at the lowest priority, one question after the other.
 */
const port = parentPort;
if (port === null) throw new Error('the trees are made in a worker thread');
const { source, ownStream } = workerData as TreesStart;
lowerPriority();
const { openHeadsReader } = (await import(source.module)) as HeadsReaderModule;
const keeper = new TreeKeeper(openHeadsReader(source.options), ownStream);

port.on('message', (asked: TreesAsked | 'close') => {
  if (asked === 'close') {
    keeper.close();
    port.close();
    return;
  }
  port.postMessage(answerTo(asked));
});

function answerTo(asked: TreesAsked): TreesAnswer {
  try {
    return { value: computeAnswer(asked) };
  } catch (error) {
    return { failure: String(error) };
  }
}

function computeAnswer(asked: TreesAsked): TreesAnswers[keyof TreesAnswers] {
  switch (asked.kind) {
    case 'seal':
      return keeper.seal();
    case 'keep':
      return keeper.keep(asked.root);
    case 'movedSince':
      return keeper.movedSince(asked.position);
    case 'restore':
      return keeper.restore(asked.back, asked.root);
    case 'prove':
      return keeper.prove(asked.stream);
  }
}

/** Threads have priorities of their own on Linux: a checkpoint can wait. */
function lowerPriority(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
  } catch {
    // Elsewhere it runs like everything else.
  }
}
