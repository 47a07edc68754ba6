import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bodies up to this many bytes are read to their end after an early answer, so that the connection can go on. */
const smallBodyBytes = 16 * 1_024;

/** Whether a request says that it has a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
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
