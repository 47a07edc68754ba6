import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads.ts';
import type { LineCounts } from './lines.ts';
import type { BundleFile } from './packed-file.ts';

/** What the thread is started with. */
export interface PackingStart {
  /** A file that is there, and empty. */
  readonly file: string;
}

/** What the thread is told: lines, or that there are no more. Each is answered; the last by the digest. */
export type PackingOrder = { readonly lines: readonly string[] } | { readonly counts: LineCounts };

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A bundle that another thread packs and writes, while this one makes its lines. */
export class PackingThread implements BundleFile {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
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
    this.#worker.once('exit', () => {
      this.#fail(new Error('the thread that packs has ended'));
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

  /** Ends the thread, whatever it has written; it closes the file. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
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
