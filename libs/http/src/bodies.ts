import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bodies up to this many bytes are read to their end after an early answer, so that the connection can go on. */
const smallBodyBytes = 16 * 1_024;

/** Whether a request says that it has a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Whether a client waits to be told that its body is wanted. One of HTTP/1.0 does not understand what it would be told. */
export function asksFirst(request: IncomingMessage | undefined): boolean {
  return (
    request !== undefined && request.httpVersionMinor > 0 && request.headers.expect?.toLowerCase() === '100-continue'
  );
}

/** After an answer given before a large body was read the connection goes on only if the body has come meanwhile. */
export function endUnlessRead(request: IncomingMessage, response: ServerResponse): void {
  const { 'content-length': length, expect } = request.headers;
  if (expect === undefined && Number(length) <= smallBodyBytes) return;
  const { shouldKeepAlive } = response;
  response.shouldKeepAlive = false;
  request.once('end', () => {
    response.shouldKeepAlive = shouldKeepAlive;
  });
}
