import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads.ts';
import type { LineCounts } from './lines.ts';
import type { BundleFile } from './packed-file.ts';

/** What the thread is started with. */
export interface PackingStart {
  /** A file that is there, and empty. */
  readonly file: string;
}

/** What the thread is told: lines, that there are no more, or to end. All but that are answered, the second by the digest. */
export type PackingOrder =
  { readonly lines: readonly string[] } | { readonly counts: LineCounts } | { readonly stop: true };

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A bundle that another thread packs and writes, while this one makes its lines. */
export class PackingThread implements BundleFile {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<void>;
  #before: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  /** @param file that is there, and empty. */
  constructor(file: string) {
    const start: PackingStart = { file };
    this.#worker = startThread(new URL('./packing.worker', import.meta.url), start);
    this.#worker.on('message', (answer: unknown) => this.#waiting.shift()?.resolve(answer));
    this.#worker.once('error', (error) => {
      this.#fail(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#fail(new Error('the thread that packs has ended'));
        resolve();
      });
    });
  }

  /** Resolves when what came before is packed. */
  async take(lines: readonly string[]): Promise<void> {
    const before = this.#before;
    this.#before = this.#ask({ lines });
    await before;
  }

  /** Resolves when everything is in the file for good. */
  async finish(counts: LineCounts): Promise<string> {
    await this.#before;
    return (await this.#ask({ counts })) as string;
  }

  async stop(): Promise<void> {
    const stop: PackingOrder = { stop: true };
    this.#worker.postMessage(stop);
    await this.#ended;
  }

  #ask(order: PackingOrder): Promise<unknown> {
    const answer = new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#failure !== undefined) this.#fail(this.#failure);
      else this.#worker.postMessage(order);
    });
    // It is awaited with the next lines, of which there may be none any more.
    answer.catch(() => undefined);
    return answer;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
