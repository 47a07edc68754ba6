import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpLimits } from '#runtime';
import { Connection } from './connection.ts';
import { FairBound } from './fair-bound.ts';
import { FairShare } from './fair-share.ts';
import { connectionsPossible } from './open-files.ts';
import type { RefusalReason } from './refusal.ts';
import { isRefused } from './request-head.ts';
import type { Shared } from './shared.ts';

/** How often connections are looked at that take longer than they may, in ms. */
const watchIntervalMs = 1_000;

/** Requests sent ahead that are served before the event loop turns. */
const sentAheadPerTurn = 16;

/** How long after the last refusal health still tells of it, in ms. */
const troubleShownMs = 10_000;

const troubles: Readonly<
  Record<'too-many-requests' | 'too-many-bodies' | 'too-many-batches' | 'connections' | 'sent-ahead' | 'unread', string>
> = {
  'too-many-requests': 'requests are rejected: too many are in progress',
  'too-many-bodies': 'requests are rejected: too many bodies are being received',
  'too-many-batches': 'batches are rejected: too many are in progress',
  connections: 'connections are closed: too many are open',
  'sent-ahead': 'connections are closed: too many pipelined requests',
  unread: 'connections are closed: too many bytes of responses are not read',
};

type Trouble = keyof typeof troubles;

export interface ConnectionsOptions {
  readonly limits: HttpLimits;
  /** A request was refused before the framework knew of it, or in its stead. */
  readonly refused: (reason: RefusalReason) => void;
  readonly watchEveryMs?: number;
}

/** All connections of one process's HTTP server, and what they may use of it. */
export class Connections {
  /** Batches that are worked on. */
  readonly batches: FairShare;
  readonly #options: ConnectionsOptions;
  readonly #all: FairBound<Connection>;
  readonly #withoutKey: FairBound<Connection>;
  readonly #bySocket = new Map<Socket, Connection>();
  readonly #shared: Shared<Connection>;
  readonly #troubles = new Map<Trouble, number>();
  #ended = 0;
  #serve: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  #newBodies: Connection[] = [];
  #later: Connection[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionsOptions) {
    const { limits } = options;
    const end = (why: Trouble) => (connection: Connection) => {
      this.#ended += 1;
      this.noteTrouble(why);
      connection.socket.destroy();
    };
    const bodies = (max: number): FairBound<Connection> =>
      new FairBound(max, (connection) => {
        connection.refuse('too-many-bodies');
      });
    const most = Math.min(limits.openConnections, connectionsPossible());
    const mostWithoutKey = Math.min(limits.connectionsWithoutKey, Math.ceil(most / 2));
    this.#options = options;
    this.batches = new FairShare(limits.batchesInWork);
    this.#all = new FairBound(most, end('connections'));
    this.#withoutKey = new FairBound(mostWithoutKey, end('connections'), limits.connectionsWithoutKeyPerAddress);
    this.#shared = {
      limits,
      serve: (request, response) => {
        this.#serve(request, response);
      },
      refused: (reason) => {
        // What one client does wrong is nobody else's trouble.
        if (reason === 'too-many-requests' || reason === 'too-many-bodies') this.noteTrouble(reason);
        options.refused(reason);
      },
      turnedAway: (reason) => {
        this.noteTrouble(reason);
      },
      known: (connection, keyId) => {
        this.#withoutKey.remove(connection);
        this.#all.remove(connection);
        this.#all.add(connection, keyId);
      },
      bodyBegun: (connection) => {
        this.#newBodies.push(connection);
        if (this.#newBodies.length === 1) setImmediate(this.#countBodies);
      },
      later: (connection) => {
        this.#later.push(connection);
        if (this.#later.length === 1) setImmediate(this.#serveSome);
      },
      bodies: {
        ordinary: bodies(limits.unfinishedBodies),
        batch: bodies(limits.unfinishedBatches),
        'without-key': bodies(limits.unfinishedWithoutKey),
      },
      unread: new FairBound(limits.answerBytes, end('unread')),
      unreadWithoutKey: new FairBound(limits.answerBytesWithoutKey, end('unread')),
      waiting: new FairBound(limits.requestsWaiting, end('sent-ahead')),
      work: new FairShare(limits.requestsInWork),
      workWithoutKey: new FairShare(limits.requestsWithoutKeyInWork),
    };
  }

  /** Makes the server whose connections these are. */
  createServer(serve: (request: IncomingMessage, response: ServerResponse) => void): Server {
    this.#serve = serve;
    const { idleSeconds } = this.#options.limits;
    // Heads and bodies are watched here, where a time says what it does and nothing counts against a client that had to wait.
    const watchedHere = { headersTimeout: 0, requestTimeout: 0 };
    // A request without a host is refused as a problem, like any other that is not sound.
    const server = createServer({ ...watchedHere, requireHostHeader: false, keepAliveTimeout: idleSeconds * 1_000 });
    server.on('connection', (socket) => {
      this.#opened(socket);
    });
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      this.of(request)?.take(request, response);
    };
    server.on('request', take);
    // Bodies are asked for once it is known that they are wanted; other expectations are nobody's.
    server.on('checkContinue', take);
    server.on('checkExpectation', take);
    this.#timer = setInterval(() => {
      this.#watch();
    }, this.#options.watchEveryMs ?? watchIntervalMs).unref();
    server.once('close', () => {
      clearInterval(this.#timer);
    });
    return server;
  }

  /** The connection over which a request came; undefined if it came over none. */
  of(request: IncomingMessage): Connection | undefined {
    return this.#bySocket.get(request.socket);
  }

  /**
   * Answers what cannot be read as a request, as far as the connection still takes an answer.
   *
   * @param code what the parser says.
   */
  malformed(socket: Socket, code?: string): void {
    // What comes after a last request gets no answer: the client would take it for another to that request.
    if (code === 'HPE_CLOSED_CONNECTION' || isRefused(socket)) return;
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) socket.destroy();
    else connection.refuse(code === 'HPE_HEADER_OVERFLOW' ? 'too-large-head' : 'no-request');
  }

  /** What is turned away at present. */
  troubles(): readonly string[] {
    const now = performance.now();
    return [...this.#troubles].flatMap(([trouble, at]) => (now - at < troubleShownMs ? [troubles[trouble]] : []));
  }

  /** Figures for the metrics. */
  figures(): Readonly<
    Record<'open' | 'withoutKey' | 'ended' | 'inWork' | 'unreadBytes' | 'waiting' | 'bodies', number>
  > {
    const { work, workWithoutKey, unread, waiting, bodies } = this.#shared;
    return {
      open: this.#all.total,
      withoutKey: this.#withoutKey.total,
      ended: this.#ended,
      inWork: work.total + workWithoutKey.total,
      unreadBytes: unread.total,
      waiting: waiting.total,
      bodies: Object.values(bodies).reduce((sum, { total }) => sum + total, 0),
    };
  }

  #opened(socket: Socket): void {
    const connection = new Connection(socket, this.#shared);
    this.#bySocket.set(socket, connection);
    socket.once('close', () => {
      this.#bySocket.delete(socket);
      this.#all.remove(connection);
      this.#withoutKey.remove(connection);
      connection.gone();
    });
    this.#all.add(connection, connection.origin);
    if (!connection.isGone) this.#withoutKey.add(connection, connection.origin);
  }

  readonly #countBodies = (): void => {
    const begun = this.#newBodies;
    this.#newBodies = [];
    const now = performance.now();
    for (const connection of begun) connection.countBody(now);
  };

  /** Requests that were sent ahead must not keep all others waiting. */
  readonly #serveSome = (): void => {
    const some = this.#later.splice(0, sentAheadPerTurn);
    if (this.#later.length > 0) setImmediate(this.#serveSome);
    for (const connection of some) connection.serveNext();
  };

  #watch(): void {
    const now = performance.now();
    for (const connection of this.#bySocket.values()) connection.watch(now);
  }

  /** Keeps for a while what is turned away, for health to tell. */
  noteTrouble(trouble: Trouble): void {
    this.#troubles.set(trouble, performance.now());
  }
}
