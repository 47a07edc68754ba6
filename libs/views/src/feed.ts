import type { Progress, Snapshot } from '#operations/ports';
import type { Checkpoint } from './checkpoint.ts';

/** What fills the views, in this thread or another. */
export interface Feed {
  readonly board: ProgressBoard;
  /** Something was appended: look soon. */
  wake(): void;
  keep(snapshot: Snapshot): void;
  close(): Promise<void>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** How far a feed is, for all who ask. */
export class ProgressBoard {
  #progress: Progress;
  #reached = false;
  #stopped: Error | undefined;
  #waiters: Waiter[] = [];
  /** Called before the progress moves on. */
  beforeAdvance: () => void = () => undefined;

  constructor({ position, newestEventAt }: Pick<Checkpoint, 'position' | 'newestEventAt'>) {
    this.#progress = { position, newestEventAt, caughtUp: false };
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** A page was committed, or the log's end was seen. */
  advance({ position, newestEventAt }: Pick<Checkpoint, 'position' | 'newestEventAt'>, caughtUp: boolean): void {
    this.beforeAdvance();
    this.#progress = { position, newestEventAt, caughtUp };
    if (!caughtUp) return;
    this.#reached = true;
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  /** Something went wrong that will be tried again. */
  failed(failure: string): void {
    const { position, newestEventAt } = this.#progress;
    this.#progress = { position, newestEventAt, caughtUp: false, failure };
  }

  /** The feed has ended; nothing will be tried again. */
  stopped(failure: string): void {
    this.failed(this.#progress.failure ?? failure);
    this.#stopped ??= new Error(`the views have stopped: ${this.#progress.failure ?? failure}`);
    for (const { reject } of this.#waiters.splice(0)) reject(this.#stopped);
  }

  /** Resolves when the log's end was reached once; rejects if the feed ends before. */
  reached(): Promise<void> {
    if (this.#reached) return Promise.resolve();
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }
}
