import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { problemMediaType, problemOf, retryAfterSeconds } from '#contract';

/**
 * Most requests that are worked on at once. What one core answers in a tenth of a second: beyond that everybody would
 * only wait longer.
 */
const requestsInFlightMax = 1_024;

const body = JSON.stringify(problemOf('overloaded', { detail: 'too many requests are under way already' }));

const refusal = {
  'content-type': problemMediaType,
  'content-length': String(Buffer.byteLength(body)),
  'retry-after': String(retryAfterSeconds),
};

/**
 * Turns requests to the doors away while too many are under way, before anything has been done for them: a refusal by
 * the framework's hooks costs half as much as a freeze, so that at twice the load a process could do but half of what
 * it does at its peak. Health and metrics answer always.
 */
export function limitTheCrowd(server: Server, inFlightMax = requestsInFlightMax): void {
  const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  let inFlight = 0;
  const leave = (): void => {
    inFlight -= 1;
  };
  server.on('request', (request, response) => {
    if (inFlight >= inFlightMax && request.url?.startsWith('/v1/') === true) {
      response.writeHead(503, refusal).end(body);
      return;
    }
    inFlight += 1;
    response.once('close', leave);
    for (const listener of listeners) listener.call(server, request, response);
  });
}
