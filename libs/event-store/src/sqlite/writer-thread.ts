import { Worker } from 'node:worker_threads';
import { type AppendOutcome, EventStoreError, failedAppend, type StreamAppend } from '#application/ports';
import { AppendQueue } from './append-queue.ts';
import type { OutgoingGroup } from './group-message.ts';
import { positionText } from './log-reader.ts';
import type { AppendAnswered, AppendFailed } from './log-writer.ts';
import { isSource, moduleUrl } from './module-url.ts';

/** What the thread is started with. */
export interface WriterData {
  readonly file: string;
  /** Whether other processes may write the file too. */
  readonly shared: boolean;
}

/**
 * What the thread says: that it is ready, and the answers to a group with the buffer that it came in; what is in its way;
 * that it can write no more.
 */
export type WriterMessage =
  | { readonly answers: readonly AppendAnswered[]; readonly memory: ArrayBuffer }
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
  #inFlight: OutgoingGroup | undefined;
  #refusal: EventStoreError | undefined;
  #onIdle: (() => void) | undefined;

  private constructor(worker: Worker, listener: WriterListener) {
    this.#worker = worker;
    this.#listener = listener;
    worker.on('message', (message: WriterMessage) => {
      this.#heard(message);
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

  /**
   * Lines an append up for the next {@link send}.
   *
   * @param answer is called once, when the append is durable or has failed.
   */
  append(append: StreamAppend, answer: (outcome: AppendOutcome) => void): void {
    if (this.#refusal !== undefined) {
      answer(failedAppend(this.#refusal));
      return;
    }
    this.#queue.add(append, answer);
  }

  /** Hands what is lined up to the thread, unless that has a group already: then when it has answered. */
  send(): void {
    if (this.#inFlight !== undefined) return;
    this.#inFlight = this.#queue.takeGroup();
    const message = this.#inFlight?.message();
    if (message !== undefined) this.#worker.postMessage(message, [message.memory]);
  }

  /** Takes no more appends, waits for those that are under way, and ends the thread. Once only. */
  async close(): Promise<void> {
    this.#refusal ??= new EventStoreError('store-unavailable', 'the store is closed');
    if (this.#inFlight !== undefined || !this.#queue.isEmpty) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    // Has no effect on a thread that has ended already.
    this.#worker.postMessage('close');
    await this.#ended;
  }

  #heard(message: WriterMessage): void {
    if ('trouble' in message) this.#trouble = message.trouble;
    if ('broken' in message) {
      const broken = new EventStoreError('store-broken', message.broken);
      this.#broke(broken);
      this.#listener.broke(broken);
    }
    if (!('answers' in message)) return;
    this.#queue.reuse(message.memory);
    this.#answered(message.answers);
  }

  #answered(answers: readonly AppendAnswered[]): void {
    const group = this.#inFlight;
    this.#inFlight = undefined;
    for (const [index, answer] of answers.entries()) {
      if (typeof answer === 'object') group?.answer(index, failedAppend(toError(answer)));
      else group?.answer(index, appended(group.revisionAt(index), answer));
    }
    this.#listener.appended();
    if (this.#queue.isEmpty) this.#onIdle?.();
    this.send();
  }

  /** The thread is gone: what was under way may have been written. */
  #broke(error: EventStoreError): void {
    this.#refusal ??= error;
    const failed = failedAppend(error);
    const lost = this.#inFlight;
    this.#inFlight = undefined;
    lost?.answerAll(failed);
    for (const group of this.#queue.takeAll()) group.answerAll(failed);
    this.#onIdle?.();
  }
}

function appended(revision: number, position: number): AppendOutcome {
  return { kind: 'appended', appended: { revision, position: positionText(position) } };
}

function toError({ code, message, actual }: AppendFailed): EventStoreError {
  return new EventStoreError(code, message, actual === undefined ? {} : { actual });
}
