import type { FastifyInstance, FastifyReply } from 'fastify';

/** What browsers and caches between are told of every answer: it is kept nowhere, and is of the type that it says it is. */
export const everyAnswerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Of all that is not under `/v1`, pages for browsers among it: they run and load what is of this service, in no frame. */
const pagePolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Sets the headers of every answer. To be called before any other hook is added. */
export function headAnswers(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    headAnswer(reply);
    if (!request.url.startsWith('/v1/')) reply.header('content-security-policy', pagePolicy);
    done();
  });
}

/** The same for an answer of which no hook hears. */
export function headAnswer(reply: FastifyReply): void {
  // One by one: this is on the path of every freeze.
  reply.header('cache-control', everyAnswerHeaders['cache-control']);
  reply.header('x-content-type-options', everyAnswerHeaders['x-content-type-options']);
}
