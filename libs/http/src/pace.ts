import type { Socket } from 'node:net';
import type { HttpLimits } from '#runtime';

/** How far reading or writing on a connection has come since something began, as its watch sees it now and then. */
export class Pace {
  /** In ms, by a clock that cannot be set. */
  #since = 0;
  #movedAt = 0;
  /** Bytes that were read, or were left to send, by then; undefined: the watch has not looked yet. */
  #bytes: number | undefined;
  #begunWith = 0;

  begin(now: number, bytes: number): void {
    this.#since = now;
    this.#movedAt = now;
    this.#bytes = bytes;
    this.#begunWith = bytes;
  }

  /** Begins at the next look. */
  clear(): void {
    this.#bytes = undefined;
  }

  /** A body comes too slowly, or takes too long on the whole. */
  isBodyLate(now: number, bytesRead: number, limits: HttpLimits): boolean {
    const seconds = (now - this.#since) / 1_000;
    if (seconds >= limits.bodySeconds) return true;
    return (seconds - limits.bodyGraceSeconds) * limits.bodyBytesPerSecond > bytesRead - this.#begunWith;
  }

  /** A client that was answered goes on sending for too long, or too much. */
  isDrainOver(now: number, bytesRead: number, { drainSeconds, drainBytes }: HttpLimits): boolean {
    return now - this.#since >= drainSeconds * 1_000 || bytesRead - this.#begunWith > drainBytes;
  }

  /** No request has come for long, or one has begun whose head is not there yet. */
  idleOver(now: number, bytesRead: number, { headSeconds, idleSeconds }: HttpLimits): 'head' | 'idle' | undefined {
    if (this.#bytes === undefined) this.begin(now, bytesRead);
    const hasBegun = bytesRead > this.#begunWith;
    if (hasBegun && this.#bytes === this.#begunWith) this.#movedAt = now;
    this.#bytes = bytesRead;
    if (hasBegun) return now - this.#movedAt >= headSeconds * 1_000 ? 'head' : undefined;
    return now - this.#since >= idleSeconds * 1_000 ? 'idle' : undefined;
  }

  /** A client has read nothing of its answer for long, or reads it too slowly. */
  isAnswerStuck(now: number, bytesLeft: number, { answerSeconds, answerBytesPerSecond }: HttpLimits): boolean {
    if (bytesLeft < (this.#bytes ?? 0)) this.#movedAt = now;
    this.#bytes = bytesLeft;
    const seconds = (now - this.#since) / 1_000;
    if (now - this.#movedAt >= answerSeconds * 1_000) return true;
    return (seconds - answerSeconds) * answerBytesPerSecond > this.#begunWith;
  }
}

/** Bytes that the system has not taken yet; of one large write only what is below the socket tells that. */
export function leftToSend(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly writeQueueSize?: number } };
  return handle?.writeQueueSize ?? socket.writableLength;
}
