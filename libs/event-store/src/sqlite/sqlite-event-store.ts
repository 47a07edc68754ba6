import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  appendBytesMax,
  appendEventsMax,
  EventStore,
  EventStoreError,
  type Appended,
  type LogPage,
  type NewEvent,
  type Position,
  type StreamPage,
  type SubscriptionPage,
} from '#operations/ports';
import { LogReader, positionText } from './log-reader.ts';
import type { AppendAnswered, AppendAsked, AppendFailed } from './log-writer.ts';
import { isSource, moduleUrl } from './module-url.ts';

/** Most appends and bytes of one group, so that a big batch does not hold up a small freeze for long. */
const groupAppendsMax = 1_024;
const groupBytesMax = 4 * 1024 * 1024;

/** Events per page of a subscription. */
const subscriptionPageMax = 500;

interface Waiting {
  readonly asked: AppendAsked;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: EventStoreError) => void;
}

/**
 * The event store in one SQLite file, with one writer in a thread of its own. Appends that arrive while a group is being
 * written form the next group, which is one transaction with one fsync. Reads happen on the calling thread.
 */
export class SqliteEventStore extends EventStore {
  readonly #writer: Worker;
  readonly #reader: LogReader;
  #queue: Waiting[] = [];
  #inFlight: Waiting[] = [];
  #nextId = 0;
  #stopped: EventStoreError | undefined;
  #subscribers: (() => void)[] = [];
  #idle: (() => void) | undefined;

  private constructor(writer: Worker, reader: LogReader) {
    super();
    this.#writer = writer;
    this.#reader = reader;
    writer.on('message', (answers: readonly AppendAnswered[]) => {
      this.#answered(answers);
    });
    writer.on('error', (error) => {
      this.#stop(new EventStoreError('store-broken', 'the writer thread failed', { cause: error }));
    });
    writer.on('exit', () => {
      this.#stop(new EventStoreError('store-broken', 'the writer thread has ended'));
    });
  }

  /**
   * Opens the store, making the file and its folder if they are missing.
   *
   * @throws Error if the file is of another schema version or cannot be made durable.
   */
  static async open(file: string): Promise<SqliteEventStore> {
    mkdirSync(dirname(file), { recursive: true });
    const writer = new Worker(moduleUrl('writer.worker'), {
      workerData: { file },
      execArgv: isSource ? ['--conditions=source'] : [],
    });
    await new Promise((resolve, reject) => {
      writer.once('message', resolve);
      writer.once('error', reject);
    });
    return new SqliteEventStore(writer, LogReader.open(file));
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const text = JSON.stringify(
      events.map(({ id, type, data, metadata, hash }) => ({ id, type, data, metadata, hash })),
    );
    const bytes = events.reduce(
      (sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata),
      0,
    );
    if (events.length === 0 || events.length > appendEventsMax || bytes > appendBytesMax) {
      const size = `${String(events.length)} events, ${String(bytes)} bytes`;
      return Promise.reject(new EventStoreError('append-too-large', size));
    }
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      const asked = { id: this.#nextId, stream, expected, count: events.length, events: text };
      this.#nextId += 1;
      this.#queue.push({ asked, resolve, reject });
      // After this turn of the event loop, so that everything that it brings is in one group.
      if (this.#queue.length === 1)
        setImmediate(() => {
          this.#sendGroup();
        });
    });
  }

  override readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    return Promise.resolve().then(() => this.#reader.readStream(stream, from, limit));
  }

  override readAll(after: Position, limit: number): Promise<LogPage> {
    return Promise.resolve().then(() => this.#reader.readAll(after, limit));
  }

  override async subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    let position = after;
    let told = false;
    while (!signal.aborted) {
      const page = this.#reader.readAll(position, subscriptionPageMax);
      if (page.events.length > 0 || !told) {
        await deliver({ events: page.events, position: page.position, caughtUp: page.atEnd });
        told = page.atEnd;
        position = page.position;
        continue;
      }
      await this.#somethingAppended(signal);
    }
  }

  /** Waits for the appends that are under way, then closes the file. */
  async close(): Promise<void> {
    if (this.#queue.length + this.#inFlight.length > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    const exited = new Promise((resolve) => this.#writer.once('exit', resolve));
    this.#stopped ??= new EventStoreError('store-unavailable', 'the store is closed');
    this.#writer.postMessage('close');
    await exited;
    this.#reader.close();
  }

  #sendGroup(): void {
    if (this.#inFlight.length > 0 || this.#queue.length === 0) return;
    let bytes = 0;
    let count = 0;
    for (const { asked } of this.#queue) {
      bytes += asked.events.length;
      if (count > 0 && (count >= groupAppendsMax || bytes > groupBytesMax)) break;
      count += 1;
    }
    this.#inFlight = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    this.#writer.postMessage(this.#inFlight.map(({ asked }) => asked));
  }

  #answered(answers: readonly AppendAnswered[]): void {
    const group = this.#inFlight;
    this.#inFlight = [];
    for (const [index, answer] of answers.entries()) {
      const waiting = group[index];
      if ('code' in answer) waiting?.reject(errorOf(answer));
      else waiting?.resolve({ revision: answer.revision, position: positionText(answer.position) });
    }
    for (const wake of this.#subscribers.splice(0)) wake();
    if (this.#queue.length > 0)
      setImmediate(() => {
        this.#sendGroup();
      });
    else this.#idle?.();
  }

  /** The writer is gone: what was under way may have been written. */
  #stop(error: EventStoreError): void {
    this.#stopped ??= error;
    for (const { reject } of [...this.#inFlight.splice(0), ...this.#queue.splice(0)]) reject(this.#stopped);
    this.#idle?.();
  }

  #somethingAppended(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#subscribers.push(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

function errorOf(failed: AppendFailed): EventStoreError {
  const options = failed.actual === undefined ? {} : { actual: failed.actual };
  return new EventStoreError(failed.code, failed.message, options);
}
