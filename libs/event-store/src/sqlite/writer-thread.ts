import { Worker } from 'node:worker_threads';
import { type AppendOutcome, EventStoreError, failedAppend } from '#application/ports';
import { AppendQueue, type Waiting } from './append-queue.ts';
import { messageOf } from './group-message.ts';
import { positionText } from './log-reader.ts';
import type { AppendAnswered, AppendAsked } from './log-writer.ts';
import { isSource, moduleUrl } from './module-url.ts';

/** What the thread is started with. */
export interface WriterData {
  readonly file: string;
  /** Whether other processes may write the file too. */
  readonly shared: boolean;
}

/** What the thread says: that it is ready, and the answers to a group; what is in its way; that it can write no more. */
export type WriterTold =
  | { readonly answers: readonly AppendAnswered[] }
  | { readonly trouble: string | undefined }
  | { readonly broken: string };

/** Who is told of the writer. */
export interface WriterListener {
  /** After every group. */
  readonly appended: () => void;
  /** The store must not be written to any more, though nobody has just tried. */
  readonly broke: (cause: EventStoreError) => void;
}

/** The writer's thread as the main thread sees it: takes one group of appends at a time, and answers it. */
export class WriterThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #listener: WriterListener;
  #trouble: string | undefined;
  readonly #queue = new AppendQueue();
  #inFlight: readonly Waiting[] = [];
  #refusal: EventStoreError | undefined;
  #onIdle: (() => void) | undefined;

  private constructor(worker: Worker, listener: WriterListener) {
    this.#worker = worker;
    this.#listener = listener;
    worker.on('message', (told: WriterTold) => {
      this.#heard(told);
    });
    worker.on('error', (error) => {
      const broken = new EventStoreError('store-broken', 'the writer thread failed', { cause: error });
      this.#broke(broken);
      this.#listener.broke(broken);
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#broke(new EventStoreError('store-broken', 'the writer thread has ended'));
        resolve();
      });
    });
  }

  /** Resolves when the file is open. */
  static async start(data: WriterData, listener: WriterListener): Promise<WriterThread> {
    const worker = new Worker(moduleUrl('writer.worker'), {
      workerData: data,
      execArgv: isSource ? ['--conditions=source'] : [],
    });
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return new WriterThread(worker, listener);
  }

  /** Why nothing can be written at present; undefined while it can be, or nobody has noticed yet. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** @param answer is called once, when the append is durable or has failed. */
  append(asked: AppendAsked, answer: (outcome: AppendOutcome) => void): void {
    if (this.#refusal !== undefined) {
      answer(failedAppend(this.#refusal));
      return;
    }
    this.#queue.add({ asked, answer });
    // After this turn of the event loop, so that everything that it brings is in one group.
    if (this.#queue.size === 1) this.#sendSoon();
  }

  /** Takes no more appends, waits for those that are under way, and ends the thread. Once only. */
  async close(): Promise<void> {
    this.#refusal ??= new EventStoreError('store-unavailable', 'the store is closed');
    if (this.#queue.size + this.#inFlight.length > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    // Has no effect on a thread that has ended already.
    this.#worker.postMessage('close');
    await this.#ended;
  }

  /*
   * No longer than to the end of the turn: a group that waited, for 1 ms at most, to be as large as the last one was no
   * faster with 64 callers in a closed loop, and slower where they come one by one, over HTTP.
   */
  #sendSoon(): void {
    setImmediate(() => {
      if (this.#inFlight.length > 0 || this.#queue.size === 0) return;
      this.#inFlight = this.#queue.takeGroup();
      this.#worker.postMessage(messageOf(this.#inFlight.map(({ asked }) => asked)));
    });
  }

  #heard(told: WriterTold): void {
    if ('trouble' in told) this.#trouble = told.trouble;
    if ('broken' in told) {
      const broken = new EventStoreError('store-broken', told.broken);
      this.#broke(broken);
      this.#listener.broke(broken);
    }
    if ('answers' in told) this.#answered(told.answers);
  }

  #answered(answers: readonly AppendAnswered[]): void {
    const group = this.#inFlight;
    this.#inFlight = [];
    for (const [index, answer] of answers.entries()) {
      const waiting = group[index];
      if (waiting === undefined) continue;
      waiting.answer(outcomeOf(waiting.asked, answer));
    }
    this.#listener.appended();
    if (this.#queue.size === 0) {
      this.#onIdle?.();
      return;
    }
    this.#sendSoon();
  }

  /** The thread is gone: what was under way may have been written. */
  #broke(error: EventStoreError): void {
    this.#refusal ??= error;
    const failed = failedAppend(error);
    for (const { answer } of [...this.#inFlight, ...this.#queue.takeAll()]) answer(failed);
    this.#inFlight = [];
    this.#onIdle?.();
  }
}

function outcomeOf({ expected, count }: AppendAsked, answer: AppendAnswered): AppendOutcome {
  if (typeof answer === 'number') {
    return { kind: 'appended', appended: { revision: expected + count, position: positionText(answer) } };
  }
  const { code, message, actual } = answer;
  return failedAppend(new EventStoreError(code, message, actual === undefined ? {} : { actual }));
}
