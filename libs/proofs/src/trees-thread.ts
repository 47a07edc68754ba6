import { Worker } from 'node:worker_threads';
import type { HeadsReaderSource } from './heads-reader.ts';
import type { TreesAnswer, TreesAnswers, TreesAsked } from './tree-messages.ts';

const isSource = import.meta.url.endsWith('.ts');

interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** The trees' thread as the main thread sees it; started when it is first asked something. */
export class TreesThread {
  readonly #source: HeadsReaderSource;
  readonly #ownStream: string;
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #waiters: Waiter[] = [];

  constructor(source: HeadsReaderSource, ownStream: string) {
    this.#source = source;
    this.#ownStream = ownStream;
  }

  /** Rejects if the heads cannot be read, or the thread ends before it has answered. */
  ask<Asked extends TreesAsked>(asked: Asked): Promise<TreesAnswers[Asked['kind']]> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      worker.postMessage(asked);
    });
  }

  async close(): Promise<void> {
    this.#worker?.postMessage('close');
    await this.#ended;
  }

  #start(): Worker {
    const worker = new Worker(new URL(isSource ? './trees.worker.ts' : './trees.worker.js', import.meta.url), {
      workerData: { source: this.#source, ownStream: this.#ownStream },
      execArgv: isSource ? ['--conditions=source'] : [],
    });
    let cause = 'the trees’ thread has ended';
    worker.on('message', (answer: TreesAnswer) => {
      const waiter = this.#waiters.shift();
      if ('failure' in answer) {
        waiter?.reject(new Error(answer.failure));
        return;
      }
      waiter?.resolve(answer.value as never);
    });
    worker.on('error', (error) => {
      cause = `the trees’ thread failed: ${String(error)}`;
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        // The next question starts another; what this one kept is made again.
        this.#worker = undefined;
        for (const { reject } of this.#waiters.splice(0)) reject(new Error(cause));
        resolve();
      });
    });
    return worker;
  }
}
