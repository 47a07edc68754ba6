import { setTimeout as pause } from 'node:timers/promises';
import type { AppendResult } from '@kurrent/kurrentdb-client';
import { EventStoreError } from '#application/ports';
import { AppendConnection, type ClientAppend } from './append-connection.ts';
import type { ClientSource } from './client.ts';
import { appendError, wasNotHandled } from './client-errors.ts';
import { type KurrentDbLimits, pauseBefore } from './limits.ts';

interface Waiting {
  readonly append: ClientAppend;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: EventStoreError) => void;
  /** On the monotonic clock, in ms. */
  readonly until: number;
  notHandled: number;
}

/**
 * Sends appends over a few connections, first come, first sent. It tries again only what was surely not written: what
 * could not be sent, and what the server says that it has not handled.
 */
export class Appends {
  readonly #source: ClientSource;
  readonly #limits: KurrentDbLimits;
  readonly #connections: AppendConnection[] = [];
  #waiting: Waiting[] = [];
  #isConnecting = false;
  #isClosed = false;
  #underWay = 0;
  /** Called when nothing is under way any more. */
  #settled: () => void = () => undefined;

  constructor(source: ClientSource, limits: KurrentDbLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  /** Opens the first connection. Rejects with what stands against it. */
  async connect(): Promise<void> {
    await this.#one().mend();
  }

  /** Rejects with an EventStoreError. */
  append(append: ClientAppend): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      const until = performance.now() + this.#limits.appendTimeoutMs;
      this.#enqueue({ append, resolve, reject, until, notHandled: 0 });
    });
  }

  /** Takes no appends any more, waits for those that are under way, and ends the connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#giveUp('the store is closed');
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    for (const connection of this.#connections) connection.close();
  }

  #enqueue(waiting: Waiting): void {
    if (this.#isClosed) {
      waiting.reject(new EventStoreError('store-unavailable', 'the store is closed'));
      return;
    }
    this.#waiting.push(waiting);
    const timer = setTimeout(() => {
      if (!this.#waiting.includes(waiting)) return;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.reject(new EventStoreError('store-unavailable', 'KurrentDB: the append could not be sent in time'));
    }, waiting.until - performance.now());
    timer.unref();
    this.#pump();
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const connection = this.#roomiest();
      if (connection === undefined) break;
      const waiting = this.#waiting.shift();
      if (waiting !== undefined) void this.#send(connection, waiting);
    }
    if (this.#waiting.length > 0) void this.#connectMore();
  }

  #roomiest(): AppendConnection | undefined {
    return this.#connections
      .filter(({ takesMore }) => takesMore)
      .reduce<AppendConnection | undefined>(
        (best, one) => (best === undefined || one.underWay < best.underWay ? one : best),
        undefined,
      );
  }

  async #send(connection: AppendConnection, waiting: Waiting): Promise<void> {
    this.#underWay += 1;
    try {
      waiting.resolve(await connection.append(waiting.append));
    } catch (error) {
      if (wasNotHandled(error)) this.#sendLater(waiting, error);
      else waiting.reject(appendError(error));
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#settled();
      this.#pump();
    }
  }

  #sendLater(waiting: Waiting, cause: unknown): void {
    waiting.notHandled += 1;
    const pauseMs = pauseBefore(waiting.notHandled, this.#limits);
    if (performance.now() + pauseMs >= waiting.until) {
      waiting.reject(new EventStoreError('store-unavailable', 'KurrentDB is not ready', { cause }));
      return;
    }
    setTimeout(() => {
      this.#enqueue(waiting);
    }, pauseMs);
  }

  /** A connection that is not ready, new if there may be another. */
  #unready(): AppendConnection | undefined {
    const broken = this.#connections.find(({ isReady }) => !isReady);
    if (broken !== undefined || this.#connections.length >= this.#limits.appendConnectionsMax) return broken;
    return this.#one();
  }

  #one(): AppendConnection {
    const connection = new AppendConnection(this.#source, this.#limits);
    this.#connections.push(connection);
    return connection;
  }

  async #connectMore(): Promise<void> {
    if (this.#isConnecting) return;
    const connection = this.#unready();
    if (connection === undefined) return;
    this.#isConnecting = true;
    for (let failures = 0; failures < this.#limits.connectTriesMax;) {
      try {
        await connection.mend();
        break;
      } catch (cause) {
        failures += 1;
        if (failures === this.#limits.connectTriesMax) this.#giveUp('no connection to KurrentDB', cause);
        else await pause(pauseBefore(failures, this.#limits));
      }
    }
    this.#isConnecting = false;
    if (this.#isClosed) connection.close();
    else this.#pump();
  }

  /** Rejects what waits, unless another connection serves it. */
  #giveUp(why: string, cause?: unknown): void {
    if (!this.#isClosed && this.#connections.some(({ isReady }) => isReady)) return;
    for (const { reject } of this.#waiting.splice(0)) reject(new EventStoreError('store-unavailable', why, { cause }));
  }
}
