import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FairBound } from './fair-bound.ts';

export type Exchange = readonly [IncomingMessage, ServerResponse];

/** Requests that a client sent before the answer to an earlier one. While there are any, nothing more is read. */
export class SentAhead<Connection> {
  readonly #connection: Connection;
  readonly #socket: Socket;
  readonly #bound: FairBound<Connection>;
  readonly #exchanges: Exchange[] = [];

  constructor(connection: Connection, socket: Socket, bound: FairBound<Connection>) {
    this.#connection = connection;
    this.#socket = socket;
    this.#bound = bound;
    const resume = socket.resume.bind(socket);
    // The server below would go on reading at every occasion.
    socket.resume = () => (this.isEmpty ? resume() : socket);
  }

  get isEmpty(): boolean {
    return this.#exchanges.length === 0;
  }

  push(exchange: Exchange, owner: string): void {
    this.#exchanges.push(exchange);
    if (this.#exchanges.length === 1) this.#socket.pause();
    this.#bound.add(this.#connection, owner);
  }

  shift(): Exchange | undefined {
    const next = this.#exchanges.shift();
    if (this.isEmpty) {
      this.#bound.remove(this.#connection);
      this.#socket.resume();
    }
    return next;
  }

  clear(): void {
    this.#exchanges.length = 0;
    this.#bound.remove(this.#connection);
  }
}
