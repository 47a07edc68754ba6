import { Worker } from 'node:worker_threads';
import type { Snapshot } from '#application/ports';
import type { Checkpoint } from '../file/checkpoint.ts';
import { isDamage } from '../file/database.ts';
import { IdFilter } from '../id-index/id-filter.ts';
import { closeWaitMs } from '../limits.ts';
import { type Feed, ProgressBoard } from './feed.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-messages.ts';

const isSource = import.meta.url.endsWith('.ts');

/** The read models' thread, as the main thread sees it. */
export class ThreadFeed implements Feed {
  readonly board: ProgressBoard;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  /** The thread waits for its poll; else it is at work, or was told to be. */
  #resting = false;
  /** Something was appended while the thread was at work: maybe after it had looked. */
  #wakeAgain = false;
  /** Complete as soon as the first progress is told; until then holds may be missing from it. */
  readonly #filter = new IdFilter();
  #filterIsOfUse = false;

  readonly #onTrouble: (trouble: string) => void;
  #trouble: string | undefined;

  constructor(start: ThreadStart, checkpoint: Checkpoint, onTrouble: (trouble: string) => void) {
    this.#onTrouble = onTrouble;
    this.board = new ProgressBoard(checkpoint);
    this.#worker = new Worker(
      new URL(isSource ? './read-models.worker.ts' : './read-models.worker.js', import.meta.url),
      {
        workerData: start,
        execArgv: isSource ? ['--conditions=source'] : [],
      },
    );
    this.#worker.on('message', (message: FromThread) => {
      this.#heard(message);
    });
    this.#worker.on('error', (error) => {
      this.board.failed(String(error), isDamage(error));
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.board.stopped(`the read models' thread ended with code ${String(code)}`);
        resolve();
      });
    });
  }

  get filter(): IdFilter | undefined {
    return this.#filterIsOfUse ? this.#filter : undefined;
  }

  wake(): void {
    if (!this.#resting) {
      this.#wakeAgain = true;
      return;
    }
    this.#resting = false;
    this.#report('wake');
  }

  keep(snapshot: Snapshot): void {
    this.#report(snapshot);
  }

  async close(): Promise<void> {
    this.#report('close');
    const late = setTimeout(() => void this.#worker.terminate(), closeWaitMs);
    await this.#ended;
    clearTimeout(late);
  }

  #heard(message: FromThread): void {
    if (message.kind === 'failed') {
      this.board.failed(message.reason, message.damaged);
      return;
    }
    if (message.kind === 'quiet') {
      this.board.heard(message.quietMs);
      if (message.trouble !== undefined && message.trouble !== this.#trouble) this.#onTrouble(message.trouble);
      this.#trouble = message.trouble;
      return;
    }
    if (message.kind === 'filter') {
      this.#filter.addSegment(message.segment);
      return;
    }
    this.#filterIsOfUse = !message.anyParked;
    this.board.advance(message, message.atEnd);
    if (!message.atEnd) return;
    this.#resting = true;
    if (!this.#wakeAgain) return;
    this.#wakeAgain = false;
    this.wake();
  }

  #report(message: ToThread): void {
    this.#worker.postMessage(message);
  }
}
