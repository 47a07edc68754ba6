import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { asksFirst, endUnlessRead, hasBody } from './bodies.ts';
import { Place } from './fair-share.ts';
import { readOrigin } from './origin.ts';
import { leftToSend, Pace } from './pace.ts';
import { type RefusalReason, refusals, textOfRefusal } from './refusal.ts';
import { SentAhead } from './sent-ahead.ts';
import type { BodyKind, Shared } from './shared.ts';

type Phase = 'idle' | 'body' | 'work' | 'answer' | 'draining';

/**
 * One connection, whose requests are worked on one after the other: those sent ahead wait, and nothing more is read
 * meanwhile. So nobody uses more of the process by one connection than one request takes.
 */
export class Connection {
  readonly socket: Socket;
  readonly origin: string;
  readonly #shared: Shared<Connection>;
  readonly #sentAhead: SentAhead<Connection>;
  readonly #destroySoon: () => void;
  #request: IncomingMessage | undefined;
  #response: ServerResponse | undefined;
  #phase: Phase = 'idle';
  /** Whose the present request is; undefined as long as no key was found good. */
  #keyId: string | undefined;
  #authorization: string | undefined;
  #isLetIn = false;
  #isKnown = false;
  #bodyKind: BodyKind = 'without-key';
  readonly #place = new Place();
  readonly #reading = new Pace();
  readonly #writing = new Pace();
  /** Nothing that comes is answered any more. */
  #isEnding = false;

  constructor(socket: Socket, shared: Shared<Connection>) {
    this.socket = socket;
    this.origin = readOrigin(socket.remoteAddress);
    this.#shared = shared;
    this.#destroySoon = socket.destroySoon.bind(socket);
    socket.destroySoon = this.#endGently.bind(this);
    this.#sentAhead = new SentAhead(this, socket, shared.waiting);
  }

  get owner(): string {
    return this.#keyId ?? this.origin;
  }

  get isGone(): boolean {
    return this.socket.destroyed;
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isEnding || this.isGone) return;
    if (this.#request === undefined && this.#sentAhead.isEmpty) {
      this.#serve(request, response);
      return;
    }
    this.#sentAhead.push([request, response], this.owner);
  }

  /** The request is let in, and its body may come. @param keyId undefined: the route needs no key, but is counted. */
  letIn(keyId: string | undefined, kind: BodyKind): void {
    this.#keyId = keyId;
    this.#isLetIn = true;
    this.#changeBodyKind(kind);
    if (keyId !== undefined && !this.#isKnown) {
      this.#isKnown = true;
      this.#shared.known(this, keyId);
    }
    if (this.#phase === 'body' && asksFirst(this.#request)) this.#response?.writeContinue();
  }

  /** The body is there, or there is none; false if the request was refused meanwhile, or its client has left. */
  bodyHere(): boolean {
    if (this.#isEnding || this.isGone) return false;
    this.#shared.bodies[this.#bodyKind].remove(this);
    this.#phase = 'work';
    return true;
  }

  /** Counts a request that was let in as worked on until it is answered; false if too many are. */
  beginWork(): boolean {
    if (!this.#isLetIn) return true;
    this.#authorization = this.#request?.headers.authorization;
    const { work, workWithoutKey, turnedAway } = this.#shared;
    const taken = this.#place.take(this.#keyId === undefined ? workWithoutKey : work, this.owner);
    if (!taken) turnedAway('too-many-requests');
    return taken;
  }

  /** Counts the body if it is still not there. */
  countBody(now: number): void {
    if (this.#phase !== 'body' || this.isGone) return;
    this.#reading.begin(now, this.socket.bytesRead);
    this.#shared.bodies[this.#bodyKind].add(this, this.owner);
  }

  /** Ends what takes longer than it may. */
  watch(now: number): void {
    const { socket } = this;
    if (socket.destroyed) return;
    const { limits, unread } = this.#shared;
    const left = socket.writableLength;
    if (left > 0) {
      if (!unread.has(this)) this.#unread(left, now);
      if (this.#writing.isAnswerStuck(now, leftToSend(socket), limits)) socket.destroy();
    } else if (this.#phase === 'idle') {
      const over = this.#reading.idleOver(now, socket.bytesRead, limits);
      if (over === 'head') this.refuse('too-slow');
      if (over === 'idle') socket.destroy();
    } else if (this.#phase === 'body') {
      if (this.#reading.isBodyLate(now, socket.bytesRead, limits)) this.refuse('too-slow');
    } else if (this.#phase === 'draining') {
      if (this.#reading.isDrainOver(now, socket.bytesRead, limits)) socket.destroy();
    }
  }

  /**
   * Answers a request that is not there to its end, whatever the framework makes of it, and ends the connection. In the
   * midst of another answer nothing can be said.
   */
  refuse(reason: RefusalReason): void {
    if (this.#isEnding || this.isGone) return;
    const isUnfinished = this.#phase === 'idle' || (this.#phase === 'body' && this.#request?.complete === false);
    if (!this.socket.writable || !isUnfinished) {
      this.socket.destroy();
      return;
    }
    this.#isEnding = true;
    this.#shared.refused(reason);
    this.socket.end(textOfRefusal(refusals[reason]));
    this.#drain();
  }

  /** Goes on with the next request that was sent ahead. */
  serveNext(): void {
    const next = this.isGone || this.#isEnding ? undefined : this.#sentAhead.shift();
    if (next !== undefined) this.#serve(...next);
  }

  /** The socket is closed: nothing of this connection counts any longer. */
  gone(): void {
    this.#sentAhead.clear();
    this.#leave();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#request = request;
    this.#response = response;
    this.#keyId = undefined;
    this.#isLetIn = false;
    this.#bodyKind = 'without-key';
    response.once('prefinish', this.#answered);
    response.once('close', this.#closed);
    this.#phase = hasBody(request) ? 'body' : 'work';
    if (this.#phase === 'body') {
      endUnlessRead(request, response);
      this.#shared.bodyBegun(this);
    }
    if (this.#isTurnedAway(request)) {
      this.#shared.refused('too-many-requests');
      const { problem, headers, body } = refusals['too-many-requests'];
      response.writeHead(problem.status, headers).end(body);
      return;
    }
    this.#shared.serve(request, response);
  }

  /**
   * Under overload, before anything is done for the request: a refusal by the framework costs half as much as a freeze. Only
   * if the very same key was found good on this connection.
   */
  #isTurnedAway({ headers, url }: IncomingMessage): boolean {
    const { work, limits } = this.#shared;
    if (work.total < limits.requestsInWork || this.#authorization === undefined) return false;
    if (headers.authorization !== this.#authorization || url?.startsWith('/v1/') !== true) return false;
    return !work.mayEnter(this.#place.owner);
  }

  readonly #answered = (): void => {
    const left = this.socket.writableLength;
    this.#shared.bodies[this.#bodyKind].remove(this);
    if (this.#phase !== 'draining') this.#phase = 'answer';
    if (left > 0) this.#unread(left, performance.now());
  };

  readonly #closed = (): void => {
    this.#leave();
    if (this.isGone || this.#isEnding) return;
    if (this.#request?.complete === false) {
      this.#drain();
      this.#request.once('end', () => {
        if (!this.isGone) this.#next();
      });
      return;
    }
    this.#next();
  };

  #next(): void {
    this.#phase = 'idle';
    this.#reading.clear();
    this.#request = undefined;
    this.#response = undefined;
    if (!this.#sentAhead.isEmpty) this.#shared.later(this);
  }

  #changeBodyKind(kind: BodyKind): void {
    const { bodies } = this.#shared;
    const isCounted = bodies[this.#bodyKind].has(this);
    if (isCounted) bodies[this.#bodyKind].remove(this);
    this.#bodyKind = kind;
    if (isCounted) bodies[kind].add(this, this.owner);
  }

  #leave(): void {
    this.#place.leave();
    this.#shared.bodies[this.#bodyKind].remove(this);
    this.#shared.unread.remove(this);
    this.#shared.unreadWithoutKey.remove(this);
  }

  #unread(bytes: number, now: number): void {
    this.#writing.begin(now, bytes);
    if (this.#keyId === undefined) this.#shared.unreadWithoutKey.add(this, this.origin, bytes);
    if (!this.isGone) this.#shared.unread.add(this, this.owner, bytes);
  }

  /**
   * Ends the connection after the last answer. A client that still sends would lose the answer if it were closed at once, so
   * what it sends is thrown away until it has read.
   */
  #endGently(): void {
    this.#isEnding = true;
    if (this.isGone || this.#request === undefined || this.#request.complete) {
      this.#destroySoon();
      return;
    }
    this.socket.end();
    this.#drain();
  }

  #drain(): void {
    this.#phase = 'draining';
    this.#reading.begin(performance.now(), this.socket.bytesRead);
    const request = this.#request;
    if (this.#isEnding) {
      const end = (): void => {
        this.socket.destroy();
      };
      this.socket.once('end', end);
      request?.once('end', end);
    }
    request?.resume();
  }
}
