import type { Progress, Snapshot } from '#application/ports';
import type { Checkpoint } from '../file/checkpoint.ts';
import type { IdFilter } from '../id-index/id-filter.ts';

/** What fills the read models, in this thread or another. */
export interface Feed {
  readonly board: ProgressBoard;
  /** Which holds the read models may have; undefined while that is not known without looking into the tables. */
  readonly filter: IdFilter | undefined;
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
  #damage: string | undefined;
  #waiters: Waiter[] = [];
  /** When the store was last heard of, by the monotonic clock; undefined where it is at hand. */
  #heardAt: number | undefined;
  /** Called before the progress moves on. */
  beforeAdvance: () => void = () => undefined;
  /** Called once, when the file is found damaged. */
  whenDamaged: () => void = () => undefined;

  constructor({ position, newestEventAt }: Pick<Checkpoint, 'position' | 'newestEventAt'>) {
    this.#progress = { position, newestEventAt, caughtUp: false };
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** How long nothing has been heard of the store, in ms; 0 where it is at hand. */
  get quietMs(): number {
    return this.#heardAt === undefined ? 0 : performance.now() - this.#heardAt;
  }

  heard(quietMs: number): void {
    this.#heardAt = performance.now() - quietMs;
  }

  /** A page was committed, or the log's end was seen. */
  advance({ position, newestEventAt }: Pick<Checkpoint, 'position' | 'newestEventAt'>, caughtUp: boolean): void {
    this.beforeAdvance();
    if (this.#damage !== undefined) {
      this.#progress = { position, newestEventAt, caughtUp: false, failure: this.#damage };
      return;
    }
    this.#progress = { position, newestEventAt, caughtUp };
    if (!caughtUp) return;
    this.#reached = true;
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  /**
   * Something went wrong that will be tried again.
   *
   * @param damaged the file is damaged, which no trying heals: it is said until the end, whatever is still written, and
   * nobody waits any longer for these read models to be ready.
   */
  failed(failure: string, damaged: boolean): void {
    const { position, newestEventAt } = this.#progress;
    const first = damaged && this.#damage === undefined;
    if (first) this.#damage = failure;
    this.#progress = { position, newestEventAt, caughtUp: false, failure: this.#damage ?? failure };
    if (!first) return;
    this.whenDamaged();
    this.#reject(damageError(failure));
  }

  /** The file has to be rebuilt. */
  get isDamaged(): boolean {
    return this.#damage !== undefined;
  }

  /** The feed has ended; nothing will be tried again. */
  stopped(failure: string): void {
    this.failed(this.#progress.failure ?? failure, false);
    this.#stopped ??= new Error(`the read models have stopped: ${this.#progress.failure ?? failure}`);
    this.#reject(this.#stopped);
  }

  /** Resolves when the log's end was reached once; rejects if the feed ends before, or if the file is damaged. */
  reached(): Promise<void> {
    if (this.#damage !== undefined) return Promise.reject(damageError(this.#damage));
    if (this.#reached) return Promise.resolve();
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  #reject(error: Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}

function damageError(failure: string): Error {
  return new Error(`the file of the read models is damaged, and is rebuilt at the next start: ${failure}`);
}
